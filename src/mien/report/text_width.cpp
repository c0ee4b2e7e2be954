#include "mien/report/text_width.h"

#include <algorithm>
#include <cstdint>
#include <iterator>

namespace mien {
namespace {

struct Range {
  std::uint32_t first, last;
};

// Blocks, not the full tables of Unicode: enough to align names of files, people and classes.
constexpr Range kZeroWidth[] = {{0x0000, 0x001F},
                                {0x007F, 0x009F},
                                {0x0300, 0x036F},
                                {0x0483, 0x0489},
                                {0x0591, 0x05BD},
                                {0x064B, 0x065F},
                                {0x0E31, 0x0E31},
                                {0x0E34, 0x0E3A},
                                {0x0E47, 0x0E4E},
                                {0x1AB0, 0x1AFF},
                                {0x1DC0, 0x1DFF},
                                {0x200B, 0x200F},
                                {0x202A, 0x202E},
                                {0x2060, 0x2064},
                                {0x20D0, 0x20FF},
                                {0xFE00, 0xFE0F},
                                {0xFE20, 0xFE2F},
                                {0xFEFF, 0xFEFF}};
constexpr Range kWide[] = {{0x1100, 0x115F},
                           {0x2E80, 0x303E},
                           {0x3041, 0x33FF},
                           {0x3400, 0x4DBF},
                           {0x4E00, 0x9FFF},
                           {0xA000, 0xA4CF},
                           {0xAC00, 0xD7A3},
                           {0xF900, 0xFAFF},
                           {0xFE30, 0xFE4F},
                           {0xFF00, 0xFF60},
                           {0xFFE0, 0xFFE6},
                           {0x1F300, 0x1F64F},
                           {0x1F680, 0x1F6FF},
                           {0x1F900, 0x1F9FF},
                           {0x20000, 0x3FFFD}};

template <std::size_t kLength>
bool inside(const Range (&ranges)[kLength], std::uint32_t code) {
  return std::any_of(std::begin(ranges), std::end(ranges), [code](const Range& range) {
    return range.first <= code && code <= range.last;
  });
}

struct Character {
  std::size_t bytes;
  std::size_t columns;
};

/// The character at the front of a text that is not empty.
Character first_character(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned first = byte(0);
  const std::size_t bytes = first < 0x80   ? 1
                            : first < 0xC2 ? 0
                            : first < 0xE0 ? 2
                            : first < 0xF0 ? 3
                            : first < 0xF5 ? 4
                                           : 0;
  if (bytes == 0 || bytes > text.size()) return {1, 1};
  std::uint32_t code = bytes == 1 ? first : first & (0xFFU >> (bytes + 1));
  for (std::size_t i = 1; i < bytes; ++i) {
    if ((byte(i) & 0xC0U) != 0x80U) return {1, 1};
    code = code << 6 | (byte(i) & 0x3FU);
  }
  const std::size_t columns = inside(kZeroWidth, code) ? 0 : inside(kWide, code) ? 2 : 1;
  return {bytes, columns};
}

}  // namespace

std::size_t text_width(std::string_view text) {
  std::size_t columns = 0;
  while (!text.empty()) {
    const Character character = first_character(text);
    columns += character.columns;
    text.remove_prefix(character.bytes);
  }
  return columns;
}

std::string cut_to_width(std::string_view text, std::size_t columns) {
  if (text_width(text) <= columns) return std::string(text);
  if (columns == 0) return "";
  std::size_t kept = 0;
  std::size_t used = 1;  // the ellipsis
  while (kept < text.size()) {
    const Character character = first_character(text.substr(kept));
    if (used + character.columns > columns) break;
    used += character.columns;
    kept += character.bytes;
  }
  return std::string(text.substr(0, kept)) + "…";
}

std::string padded(std::string_view text, std::size_t columns, Align align) {
  const std::size_t width = text_width(text);
  const std::string blanks(columns > width ? columns - width : 0, ' ');
  return align == Align::kRight ? blanks + std::string(text) : std::string(text) + blanks;
}

}  // namespace mien
