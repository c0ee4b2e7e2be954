// How many columns a text takes on a terminal, and cutting a text to a number of columns.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace mien {

/// Columns of UTF-8 text: 2 for East Asian wide characters and emoji, 0 for combining marks and
/// controls. A malformed byte counts as one column.
std::size_t text_width(std::string_view text);

/// The longest beginning that takes at most `columns`, never cut inside a character; where
/// something had to go, it ends in "…" (which is counted).
std::string cut_to_width(std::string_view text, std::size_t columns);

/// `text` with blanks after it (before it for `right`) up to `columns`; unchanged where it is
/// longer.
enum class Align { kLeft, kRight };
std::string padded(std::string_view text, std::size_t columns, Align align);

}  // namespace mien
