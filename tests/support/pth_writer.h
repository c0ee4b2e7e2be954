// Files as PyTorch writes them, and hostile ones, a byte at a time.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "mien/nn/weights.h"

namespace mien::test {

/// The number's bytes, least significant first.
inline std::string little_endian(std::uint64_t number, int count) {
  std::string bytes;
  for (int i = 0; i < count; ++i) bytes += static_cast<char>(number >> (8 * i) & 0xff);
  return bytes;
}

/// An entry of a zip archive; `claimed` is the size that the directory gives.
struct ZipPart {
  std::string name;
  std::string bytes;
  std::uint64_t claimed = 0;
  bool compressed = false;
};

inline ZipPart stored(std::string name, std::string bytes) {
  const std::uint64_t size = bytes.size();
  return {std::move(name), std::move(bytes), size, false};
}

inline std::string zip_archive(const std::vector<ZipPart>& parts) {
  std::string file;
  std::string directory;
  for (const ZipPart& part : parts) {
    const std::string middle = little_endian(part.compressed ? 8 : 0, 2) +
                               little_endian(0, 8) +  // time, date, checksum: nobody reads them
                               little_endian(part.bytes.size(), 4) +
                               little_endian(part.claimed, 4) + little_endian(part.name.size(), 2);
    directory += "PK\x01\x02" + little_endian(20, 2) + little_endian(20, 2) + little_endian(0, 2) +
                 middle + little_endian(0, 12) + little_endian(file.size(), 4) + part.name;
    file += "PK\x03\x04" + little_endian(20, 2) + little_endian(0, 2) + middle +
            little_endian(0, 2) + part.name + part.bytes;
  }
  return file + directory + "PK\x05\x06" + little_endian(0, 4) + little_endian(parts.size(), 2) +
         little_endian(parts.size(), 2) + little_endian(directory.size(), 4) +
         little_endian(file.size(), 4) + little_endian(0, 2);
}

// Parts of a pickle.
inline std::string pickled_text(std::string_view text) {
  return "X" + little_endian(text.size(), 4) + std::string(text);
}
inline std::string pickled_number(std::uint64_t number) {
  return "J" + little_endian(number, 4);
}
inline std::string pickled_numbers(at::IntArrayRef numbers) {
  std::string bytes = "(";
  for (const std::int64_t number : numbers) {
    bytes += pickled_number(static_cast<std::uint64_t>(number));
  }
  return bytes + "t";
}
/// Stored under a number, and taken from there.
inline std::string remembered(std::uint64_t number) {
  return "r" + little_endian(number, 4);
}
inline std::string recalled(std::uint64_t number) {
  return "j" + little_endian(number, 4);
}
inline std::string pickled_module(const std::string& attributes) {
  return "c__torch__.M\nM\n)\x81}(" + attributes + "ub";
}

/// What torch.save and torch.jit.save write of float32 and int64 tensors.
class PthWriter {
 public:
  std::string tensor(const at::Tensor& value) {
    const at::Tensor plain = value.contiguous();
    const std::string key = std::to_string(parts_.size());
    parts_.push_back(stored("archive/data/" + key,
                            std::string(static_cast<const char*>(plain.data_ptr()),
                                        static_cast<std::size_t>(plain.nbytes()))));
    return "ctorch._utils\n_rebuild_tensor_v2\n((" + pickled_text("storage") + "ctorch\n" +
           (plain.scalar_type() == at::kLong ? "Long" : "Float") + "Storage\n" + pickled_text(key) +
           pickled_text("cpu") + pickled_number(static_cast<std::uint64_t>(plain.numel())) + "tQ" +
           pickled_number(0) + pickled_numbers(plain.sizes()) + pickled_numbers(plain.strides()) +
           "\x89"
           "ccollections\nOrderedDict\n)RtR";
  }
  /// The whole file around what is pickled, after the tensors that `tensor` has given.
  std::string file(const std::string& root) const {
    std::vector<ZipPart> parts = {stored("archive/data.pkl", "\x80\x02" + root + ".")};
    parts.insert(parts.end(), parts_.begin(), parts_.end());
    return zip_archive(parts);
  }

 private:
  std::vector<ZipPart> parts_;
};

inline std::string pth_file(const StateDict& state) {
  PthWriter writer;
  std::string items;
  for (const auto& [name, tensor] : state.tensors) {
    items += pickled_text(name) + writer.tensor(tensor);
  }
  return writer.file("}(" + items + "u");
}

/// The same as TorchScript has it: a module for each part of a name before a dot.
inline std::string script_file(const StateDict& state) {
  PthWriter writer;
  const auto module = [&](const auto& self, const std::string& prefix) -> std::string {
    std::string attributes;
    for (auto at = state.tensors.lower_bound(prefix); at != state.tensors.end();) {
      if (!at->first.starts_with(prefix)) break;
      const std::size_t dot = at->first.find('.', prefix.size());
      if (dot == std::string::npos) {
        attributes += pickled_text(at->first.substr(prefix.size())) + writer.tensor(at->second);
        ++at;
        continue;
      }
      const std::string below = at->first.substr(0, dot + 1);
      attributes +=
          pickled_text(below.substr(prefix.size(), dot - prefix.size())) + self(self, below);
      while (at != state.tensors.end() && at->first.starts_with(below)) ++at;
    }
    return pickled_module(attributes);
  };
  return writer.file(module(module, ""));
}

}  // namespace mien::test
