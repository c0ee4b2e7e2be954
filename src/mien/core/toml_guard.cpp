#include "mien/core/toml_guard.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "mien/core/text.h"
#include "mien/error.h"

namespace mien {
namespace {

// U+F0000 + c is F3 then, in six bits each, B0 | c >> 12, c >> 6, c. The last two bytes of it are
// those of c itself where c takes three bytes, so only the beginning has to be exchanged.
constexpr unsigned char kPlane = 0xF3;
constexpr unsigned char kPlaneSecond = 0xB0;

unsigned char byte_at(std::string_view text, std::size_t i) {
  return static_cast<unsigned char>(text[i]);
}

std::int64_t line_at(std::string_view text, std::size_t at) {
  return 1 + std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(at), '\n');
}

bool is_moved(std::string_view text, std::size_t i) {
  return byte_at(text, i) == kPlane && i + 3 < text.size() && byte_at(text, i + 1) >= kPlaneSecond;
}

/// Where UTF-8 breaks: the first line that is malformed by itself.
std::int64_t malformed_line(std::string_view text) {
  const auto lines = split(text, '\n');
  const auto found = std::find_if_not(lines.begin(), lines.end(), is_utf8);
  return 1 + (found - lines.begin());
}

/// Counted between the characters that end a key or a value; in strings too, which never have so
/// many.
void check_dots(std::string_view text, const std::string& name) {
  constexpr int kMostDots = 1000;
  int dots = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '.') ++dots;
    if (std::string_view("\n,=[]{}").find(text[i]) != std::string_view::npos) dots = 0;
    if (dots > kMostDots)
      throw DataError(name, line_at(text, i), "more than a thousand dots in a row");
  }
}

}  // namespace

std::string guard_toml(std::string_view text, const std::string& name) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  if (!is_utf8(text)) throw DataError(name, malformed_line(text), "is not UTF-8 text");
  check_dots(text, name);
  std::string guarded;
  guarded.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const unsigned char byte = byte_at(text, i);
    if (is_moved(text, i)) throw DataError(name, line_at(text, i), "letters of a private plane");
    if (byte >= 0xE0 && byte < 0xF0) {
      guarded += static_cast<char>(kPlane);
      guarded += static_cast<char>(kPlaneSecond | (byte & 0x0F));
    } else if (byte >= 0xC0 && byte < 0xE0) {
      guarded += static_cast<char>(kPlane);
      guarded += static_cast<char>(kPlaneSecond);
      guarded += static_cast<char>(0x80 | (byte & 0x1F));
    } else {
      guarded += text[i];
    }
  }
  return guarded;
}

std::string unguard_text(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (!is_moved(text, i)) {
      result += text[i];
      continue;
    }
    const unsigned char top = byte_at(text, i + 1) & 0x0F;
    const unsigned char middle = byte_at(text, i + 2);
    if (top == 0 && middle < 0xA0) {
      result += static_cast<char>(0xC0 | (middle & 0x1F));
      i += 2;
    } else {
      result += static_cast<char>(0xE0 | top);
      ++i;
    }
  }
  return result;
}

}  // namespace mien
