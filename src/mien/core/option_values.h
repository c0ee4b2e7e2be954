// A value on its way into a field, wherever it comes from: one check of type, range and choices for
// the command line, TOML and JSON. Internal to the options.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "mien/core/options.h"
#include "mien/error.h"

namespace mien {

/// Something that no field takes, named for the message: "a table", "a date".
struct Foreign {
  std::string what;
};

/// A value as it was given.
struct Given {
  std::variant<Foreign, bool, std::int64_t, double, std::string, std::vector<Given>> value;
};

/// Reads text as the type of `field` asks; text that does not fit comes back as a string.
Given given_text(const Field& field, std::string_view text);

/// Stores the value. `key` is the full dotted key for messages, `where` begins them ("file:3: ").
/// Throws OptionError naming what is accepted; the field is then as it was.
void assign(const Field& field,
            const std::string& key,
            const Given& given,
            const std::string& where);

/// The finite number as text, e.g. "0.5", for messages and TOML alike.
/// Throws OptionError naming the key for infinities and NaN, which no format here can hold.
std::string finite_text(double value, const std::string& key);

/// Throws OptionError when a string of the field is not UTF-8, which TOML and JSON must be.
void check_text(const std::string& text, const std::string& key);

/// The OptionError for a key that names no field: nearest key, or what the group holds.
OptionError unknown_option(const Fields& fields,
                           const std::string& key,
                           const std::string& where,
                           const std::string& prefix = "");

/// Whether some field or list lies below `name.`.
bool is_group(const Fields& fields, std::string_view name);

/// The list of tables of that key, or nullptr.
const TableList* find_list(const Fields& fields, std::string_view key);

}  // namespace mien
