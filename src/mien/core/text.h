// Small helpers for text: strict numbers (locale-free), splitting, joining.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mien {

/// The parts between separators; an empty text has one empty part.
std::vector<std::string_view> split(std::string_view text, char separator);
/// Without spaces, tabs, carriage returns and line feeds at both ends.
std::string_view trim(std::string_view text);
std::string join(const std::vector<std::string>& parts, std::string_view separator);
/// ASCII letters in lower case, everything else as it is.
std::string lower(std::string_view text);

/// The whole text as a finite number, or nothing. Decimal point whatever the locale.
std::optional<double> parse_double(std::string_view text);
std::optional<std::int64_t> parse_integer(std::string_view text);

/// Shortest text that reads back as the same number ("0.46"): plain decimals where they take up to
/// nine characters, else an exponent where that is shorter.
std::string number_text(float value);
std::string number_text(double value);
/// `digits` (0 to 30) after the point; never "-0.00".
std::string number_text(double value, int digits);

/// Whether the bytes are well-formed UTF-8 (no surrogates, no overlong forms).
bool is_utf8(std::string_view text);

}  // namespace mien
