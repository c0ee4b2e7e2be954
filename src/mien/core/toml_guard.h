// What stands between foreign TOML and toml++, which does not take every text. Internal to the
// options.
#pragma once

#include <string>
#include <string_view>

namespace mien {

/// The text as toml++ can take it: it (3.3 and 3.4) behaves in an undefined way where it meets
/// letters from U+00A0 to U+FEFF outside strings, so letters beyond ASCII are moved into the
/// private plane from U+F0000 on, where it knows no blanks. A byte order mark is dropped. Throws
/// DataError with the line for what is not UTF-8, for letters that already lie in that plane, and
/// for keys of more than a thousand parts, whose tables toml++ would free by recursion.
std::string guard_toml(std::string_view text, const std::string& name);

/// Moves the letters of a parsed string back.
std::string unguard_text(std::string_view text);

}  // namespace mien
