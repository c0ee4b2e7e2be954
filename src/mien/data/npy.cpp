#include "mien/data/npy.h"

#include <bit>
#include <cstdint>
#include <cstring>
#include <optional>
#include <vector>

#include "mien/core/files.h"
#include "mien/core/text.h"
#include "mien/error.h"

namespace mien {
namespace {

static_assert(std::endian::native == std::endian::little, "values are read as they lie");

constexpr std::string_view kMagic = "\x93NUMPY";
constexpr std::size_t kLongestText = 64;

class NpyParser {
 public:
  NpyParser(std::string_view bytes, const std::string& name) : bytes_(bytes), name_(name) {}

  double number() {
    const std::string_view header = take_header();
    const std::string type = quoted_value(header, "'descr':");
    const std::string shape = shape_value(header);
    if (shape != "()" && shape != "(1,)") fail("holds more than one value: shape " + shape);
    return value(type);
  }

 private:
  [[noreturn]] void fail(const std::string& message) const { throw DataError(name_, message); }

  std::string_view take(std::size_t count) {
    if (count > bytes_.size()) fail("is cut off: not a whole .npy file");
    const std::string_view part = bytes_.substr(0, count);
    bytes_.remove_prefix(count);
    return part;
  }

  std::size_t take_length(std::size_t width) {
    std::size_t length = 0;
    const std::string_view raw = take(width);
    for (std::size_t i = 0; i < width; ++i) {
      length |= static_cast<std::size_t>(static_cast<unsigned char>(raw[i])) << (8 * i);
    }
    return length;
  }

  std::string_view take_header() {
    if (!bytes_.starts_with(kMagic)) fail("is not a .npy file");
    take(kMagic.size());
    const int major = take(2)[0];
    if (major < 1 || major > 3) fail("has an unknown .npy version");
    return trim(take(take_length(major == 1 ? 2 : 4)));
  }

  /// The text between quotes after `key`.
  std::string quoted_value(std::string_view header, std::string_view key) const {
    const std::size_t at = header.find(key);
    const std::size_t open = at == header.npos ? at : header.find('\'', at + key.size());
    const std::size_t close = open == header.npos ? open : header.find('\'', open + 1);
    if (close == header.npos) fail("has no type in its header");
    return std::string(header.substr(open + 1, close - open - 1));
  }

  std::string shape_value(std::string_view header) const {
    const std::size_t at = header.find("'shape':");
    const std::size_t open = at == header.npos ? at : header.find('(', at);
    const std::size_t close = open == header.npos ? open : header.find(')', open);
    if (close == header.npos) fail("has no shape in its header");
    std::string shape;
    for (const char c : header.substr(open, close - open + 1)) {
      if (c != ' ') shape.push_back(c);
    }
    return shape;
  }

  template <typename Number>
  double plain() {
    if (bytes_.size() != sizeof(Number)) fail("has the wrong length for its type");
    Number number;
    std::memcpy(&number, bytes_.data(), sizeof(number));
    return static_cast<double>(number);
  }

  double value(const std::string& type) {
    if (type == "<f8") return plain<double>();
    if (type == "<f4") return plain<float>();
    if (type == "<i8") return plain<std::int64_t>();
    if (type == "<i4") return plain<std::int32_t>();
    if (type == "|i1") return plain<std::int8_t>();
    if (type == "|u1") return plain<std::uint8_t>();
    if (type.starts_with("<U")) return text(type, 4);
    if (type.starts_with("|S")) return text(type, 1);
    fail("holds values of the type '" + type + "', which are no numbers");
  }

  /// Digits as text: `width` bytes a character, zeros at the end.
  double text(const std::string& type, std::size_t width) {
    const auto length = parse_integer(std::string_view(type).substr(2));
    if (!length || *length < 1 || *length > static_cast<std::int64_t>(kLongestText) ||
        bytes_.size() != static_cast<std::size_t>(*length) * width) {
      fail("has the wrong length for its type");
    }
    std::string digits;
    for (std::size_t i = 0; i < bytes_.size(); ++i) {
      if (i % width == 0) digits.push_back(bytes_[i]);
      if (i % width != 0 && bytes_[i] != 0) fail("holds text that is no number");
    }
    while (!digits.empty() && digits.back() == '\0') digits.pop_back();
    const auto number = parse_double(digits);
    if (!number) fail("holds text that is no number");
    return *number;
  }

  std::string_view bytes_;
  const std::string& name_;
};

}  // namespace

double parse_npy_number(std::string_view bytes, const std::string& name) {
  return NpyParser(bytes, name).number();
}

double read_npy_number(const std::filesystem::path& file) {
  return parse_npy_number(read_file(file), file.string());
}

}  // namespace mien
