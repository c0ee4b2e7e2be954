// safetensors: eight bytes with the header's length, the header in JSON, then the tensors' raw
// bytes.
#include <algorithm>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <limits>
#include <string>
#include <system_error>
#include <utility>

#include <ATen/core/Tensor.h>
#include <ATen/ops/empty.h>
#include <nlohmann/json.hpp>

#include "mien/core/files.h"
#include "mien/core/text.h"
#include "mien/error.h"
#include "mien/nn/safetensors_header.h"
#include "mien/nn/weights.h"

namespace mien {
namespace {

using Json = nlohmann::json;

constexpr std::uint64_t kLengthBytes = 8;
constexpr std::uint64_t kLargestHeader = 100'000'000;  // as the format's own reader has it
constexpr int kDeepestJson = 8;                        // a header needs 3
constexpr std::size_t kMostDimensions = 16;
constexpr std::size_t kAlignment = 8;

struct TypeName {
  const char* name;
  at::ScalarType type;
};
constexpr TypeName kTypes[] = {
    {"F32", at::kFloat},
    {"F64", at::kDouble},
    {"F16", at::kHalf},
    {"BF16", at::kBFloat16},
    {"I64", at::kLong},
    {"I32", at::kInt},
    {"I16", at::kShort},
    {"I8", at::kChar},
    {"U8", at::kByte},
    {"BOOL", at::kBool},
};

at::ScalarType type_of_name(const std::string& name,
                            const std::string& file,
                            const std::string& tensor) {
  for (const TypeName& type : kTypes) {
    if (name == type.name) return type.type;
  }
  throw DataError(file, "tensor '" + tensor + "' has the type '" + name + "', which is not read");
}

const char* name_of_type(at::ScalarType wanted,
                         const std::string& file,
                         const std::string& tensor) {
  for (const TypeName& type : kTypes) {
    if (wanted == type.type) return type.name;
  }
  throw DataError(file, "tensor '" + tensor + "' has a type that safetensors cannot hold");
}

/// Where one tensor lies, offsets counted from the end of the header.
struct Entry {
  std::string name;
  at::ScalarType type = at::kFloat;
  std::vector<std::int64_t> shape;
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
};

class HeaderReader {
 public:
  HeaderReader(std::string file, std::uint64_t data_bytes)
      : file_(std::move(file)), data_bytes_(data_bytes) {}

  /// Entries in the order of their offsets, which must fill the file without gap or overlap.
  std::vector<Entry> entries(const Json& header) const {
    std::vector<Entry> list;
    for (const auto& [name, value] : header.items()) {
      if (name != "__metadata__") list.push_back(entry(name, value));
    }
    std::sort(list.begin(), list.end(), [](const Entry& a, const Entry& b) {
      return std::pair(a.begin, a.end) < std::pair(b.begin, b.end);
    });
    std::uint64_t at = 0;
    for (const Entry& item : list) {
      if (item.begin != at) {
        fail(item.name, item.begin < at ? "overlaps the one before it" : "leaves a gap before it");
      }
      at = item.end;
    }
    if (at != data_bytes_) {
      throw DataError(file_,
                      "the header speaks of " + std::to_string(at) +
                          " bytes of tensors, and the file has " + std::to_string(data_bytes_) +
                          ": it is cut off or damaged");
    }
    return list;
  }

  std::map<std::string, std::string> metadata(const Json& header) const {
    std::map<std::string, std::string> texts;
    const auto found = header.find("__metadata__");
    if (found == header.end()) return texts;
    if (!found->is_object()) throw DataError(file_, "__metadata__ is no object");
    for (const auto& [key, value] : found->items()) {
      if (!value.is_string()) throw DataError(file_, "__metadata__ '" + key + "' is no text");
      texts[key] = value.get<std::string>();
    }
    return texts;
  }

 private:
  [[noreturn]] void fail(const std::string& tensor, const std::string& what) const {
    throw DataError(file_, "tensor '" + tensor + "' " + what);
  }

  /// Non-negative integers that fit an int64.
  std::vector<std::int64_t> numbers(const std::string& tensor,
                                    const Json& value,
                                    const char* key) const {
    const auto found = value.find(key);
    const std::string what = std::string("has no usable '") + key + "'";
    if (found == value.end() || !found->is_array() || found->size() > kMostDimensions) {
      fail(tensor, what);
    }
    std::vector<std::int64_t> list;
    for (const Json& number : *found) {
      if (!number.is_number_unsigned() ||
          number.get<std::uint64_t>() >
              static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
        fail(tensor, what);
      }
      list.push_back(number.get<std::int64_t>());
    }
    return list;
  }

  Entry entry(const std::string& name, const Json& value) const {
    if (!value.is_object() || !value.contains("dtype") || !value["dtype"].is_string()) {
      fail(name, "has no dtype");
    }
    Entry item;
    item.name = name;
    item.type = type_of_name(value["dtype"].get<std::string>(), file_, name);
    item.shape = numbers(name, value, "shape");
    const auto offsets = numbers(name, value, "data_offsets");
    if (offsets.size() != 2 || offsets[0] > offsets[1]) fail(name, "has no usable 'data_offsets'");
    item.begin = static_cast<std::uint64_t>(offsets[0]);
    item.end = static_cast<std::uint64_t>(offsets[1]);
    if (item.end > data_bytes_)
      fail(name, "ends behind the end of the file: it is cut off or damaged");
    std::uint64_t bytes = c10::elementSize(item.type);
    bool empty = false;
    for (const std::int64_t side : item.shape) {
      empty = empty || side == 0;
      // Dividing instead of multiplying keeps hostile shapes from wrapping around.
      if (!empty && bytes > data_bytes_ / static_cast<std::uint64_t>(side)) {
        fail(name, "has a shape that is larger than the file");
      }
      if (!empty) bytes *= static_cast<std::uint64_t>(side);
    }
    if ((empty ? 0 : bytes) != item.end - item.begin) {
      fail(name, "has a shape and a type that do not give its number of bytes");
    }
    return item;
  }

  std::string file_;
  std::uint64_t data_bytes_;
};

/// The JSON of the header; a name that occurs twice is an error, as is anything nested deeply.
Json parse_header(const std::string& text, const std::string& file) {
  std::vector<std::string> names;
  const auto watch = [&](int depth, Json::parse_event_t event, Json& parsed) {
    if (depth > kDeepestJson) throw DataError(file, "its header is nested too deeply");
    if (event == Json::parse_event_t::key && depth == 1) names.push_back(parsed.get<std::string>());
    return true;
  };
  Json header;
  try {
    header = Json::parse(text, watch);
  } catch (const Json::exception&) {
    throw DataError(file, "its header is not JSON: this is no safetensors file, or it is damaged");
  }
  if (!header.is_object()) throw DataError(file, "its header is no JSON object");
  std::sort(names.begin(), names.end());
  const auto twice = std::adjacent_find(names.begin(), names.end());
  if (twice != names.end()) throw DataError(file, "tensor '" + *twice + "' occurs twice");
  return header;
}

void read_bytes(std::ifstream& in, void* to, std::uint64_t count, const std::string& file) {
  in.read(static_cast<char*>(to), static_cast<std::streamsize>(count));
  if (static_cast<std::uint64_t>(in.gcount()) != count) {
    throw DataError(file, "ended while it was read");
  }
}

}  // namespace

StateDict read_safetensors(const std::filesystem::path& path) {
  const std::string file = path.string();
  std::error_code failed;
  const std::uint64_t size = std::filesystem::file_size(path, failed);
  std::ifstream in(path, std::ios::binary);
  if (failed || !in) throw DataError(file, "cannot be read (is it there, and a file?)");
  std::uint64_t length = 0;
  if (size < kLengthBytes) throw DataError(file, "is too short for a safetensors file");
  read_bytes(in, &length, kLengthBytes, file);
  if (length > size - kLengthBytes || length > kLargestHeader) {
    throw DataError(file,
                    "is no safetensors file, or damaged: it gives its header " +
                        std::to_string(length) + " bytes, and has " + std::to_string(size) +
                        " in all");
  }
  std::string text(length, '\0');
  read_bytes(in, text.data(), length, file);
  const Json header = parse_header(text, file);
  const HeaderReader reader(file, size - kLengthBytes - length);
  StateDict state;
  state.metadata = reader.metadata(header);
  for (const Entry& entry : reader.entries(header)) {
    at::Tensor tensor = at::empty(entry.shape, entry.type);
    read_bytes(in, tensor.data_ptr(), entry.end - entry.begin, file);
    state.tensors.emplace(entry.name, std::move(tensor));
  }
  return state;
}

std::string safetensors_header(const std::vector<TensorShape>& tensors,
                               const std::map<std::string, std::string>& metadata,
                               const std::string& file) {
  nlohmann::ordered_json header = nlohmann::ordered_json::object();
  if (!metadata.empty()) header["__metadata__"] = metadata;
  std::uint64_t at = 0;
  for (const TensorShape& tensor : tensors) {
    std::uint64_t bytes = c10::elementSize(tensor.type);
    for (const std::int64_t size : tensor.sizes) bytes *= static_cast<std::uint64_t>(size);
    header[tensor.name] = {{"dtype", name_of_type(tensor.type, file, tensor.name)},
                           {"shape", tensor.sizes},
                           {"data_offsets", {at, at + bytes}}};
    at += bytes;
  }
  std::string text;
  try {
    text = header.dump();
  } catch (const Json::exception&) {
    throw UsageError(file + ": a name or text for the header is not UTF-8");
  }
  // Tensors start at a multiple of eight; blanks are JSON too.
  while (text.size() % kAlignment != 0) text += ' ';
  return text;
}

void write_header(std::ostream& out, const std::string& header) {
  const std::uint64_t length = header.size();
  out.write(reinterpret_cast<const char*>(&length), kLengthBytes);
  out.write(header.data(), static_cast<std::streamsize>(header.size()));
}

void write_safetensors(const std::filesystem::path& file, const StateDict& state) {
  std::vector<TensorShape> tensors;
  tensors.reserve(state.tensors.size());
  for (const auto& [name, tensor] : state.tensors) {
    tensors.push_back({name, tensor.scalar_type(), tensor.sizes().vec()});
  }
  const std::string header = safetensors_header(tensors, state.metadata, file.string());
  AtomicFile replacement(file);
  std::ofstream out(replacement.temporary(), std::ios::binary);
  write_header(out, header);
  for (const auto& [name, tensor] : state.tensors) {
    const at::Tensor plain = tensor.detach().to(at::kCPU).contiguous();
    out.write(static_cast<const char*>(plain.const_data_ptr()),
              static_cast<std::streamsize>(plain.nbytes()));
  }
  out.close();
  if (!out) throw FailureError(file.string() + ": could not be written (is the disk full?)");
  replacement.commit();
}

}  // namespace mien
