#include "mien/core/text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstddef>

namespace mien {
namespace {

constexpr std::string_view kBlank = " \t\r\n";

template <typename Number>
std::optional<Number> parse_whole(std::string_view text) {
  Number value{};
  const char* begin = text.data();
  const char* end = begin + text.size();
  const auto [stop, error] = std::from_chars(begin, end, value);
  if (error != std::errc() || stop != end) return std::nullopt;
  return value;
}

template <typename Number>
std::string shortest_text(Number value) {
  constexpr std::size_t kPlainLength = 9;
  std::array<char, 512> plain{};  // the longest plain double takes some 330
  std::array<char, 64> brief{};
  char* plain_end =
      std::to_chars(plain.data(), plain.data() + plain.size(), value, std::chars_format::fixed).ptr;
  const std::string_view fixed(plain.data(), static_cast<std::size_t>(plain_end - plain.data()));
  if (fixed.size() <= kPlainLength) return std::string(fixed);
  char* brief_end = std::to_chars(brief.data(), brief.data() + brief.size(), value).ptr;
  return std::string(brief.data(), brief_end);
}

/// How many bytes the code point at the front takes, 0 where it is malformed.
std::size_t code_point_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(0);
  if (first < 0x80) return 1;
  const std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4 || text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return 0;
  }
  // The second byte tells overlong forms, surrogates and what lies beyond U+10FFFF.
  const unsigned char second = byte(1);
  if ((first == 0xE0 && second < 0xA0) || (first == 0xED && second > 0x9F)) return 0;
  if ((first == 0xF0 && second < 0x90) || (first == 0xF4 && second > 0x8F)) return 0;
  return length;
}

}  // namespace

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  std::size_t begin = 0;
  for (;;) {
    const std::size_t end = text.find(separator, begin);
    if (end == std::string_view::npos) break;
    parts.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  parts.push_back(text.substr(begin));
  return parts;
}

std::string_view trim(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(kBlank);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kBlank) - begin + 1);
}

std::string join(const std::vector<std::string>& parts, std::string_view separator) {
  std::string text;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (i > 0) text += separator;
    text += parts[i];
  }
  return text;
}

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return result;
}

std::optional<double> parse_double(std::string_view text) {
  const std::optional<double> value = parse_whole<double>(text);
  if (value && !std::isfinite(*value)) return std::nullopt;
  return value;
}

std::optional<std::int64_t> parse_integer(std::string_view text) {
  return parse_whole<std::int64_t>(text);
}

std::string number_text(float value) {
  return shortest_text(value);
}

std::string number_text(double value) {
  return shortest_text(value);
}

std::string number_text(double value, int digits) {
  std::array<char, 512> buffer{};
  char* end = std::to_chars(buffer.data(),
                            buffer.data() + buffer.size(),
                            value,
                            std::chars_format::fixed,
                            std::clamp(digits, 0, 30))
                  .ptr;
  std::string text(buffer.data(), end);
  const bool rounds_to_zero = text.find_first_not_of("-0.") == std::string::npos;
  return rounds_to_zero && text.front() == '-' ? text.substr(1) : text;
}

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const std::size_t length = code_point_length(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

}  // namespace mien
