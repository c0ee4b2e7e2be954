// Options described once: one `describe(options, fields)` a struct names each field, and from that
// come the TOML key, the flag, the check of the value, `--help`, and the resolved file of a run.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <limits>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace mien {

/// What a field accepts beyond its type. An empty `choices` accepts every string.
struct Constraint {
  double minimum = -std::numeric_limits<double>::infinity();
  double maximum = std::numeric_limits<double>::infinity();
  std::vector<std::string> choices;
  /// Words that stand for integers, which may lie outside the range: "auto" for 0.
  std::vector<std::pair<std::string, std::int64_t>> words;
};
Constraint between(double minimum, double maximum);
Constraint at_least(double minimum);
Constraint one_of(std::vector<std::string> choices);
Constraint or_words(Constraint constraint, std::vector<std::pair<std::string, std::int64_t>> words);

/// Where the value of a field lives.
using FieldPointer = std::variant<bool*,
                                  std::int64_t*,
                                  double*,
                                  std::string*,
                                  std::vector<std::string>*,
                                  std::vector<std::int64_t>*,
                                  std::vector<double>*>;

/// One option: its dotted key ("optim.layer_decay"), its value, one line of help with the unit.
struct Field {
  std::string key;
  FieldPointer value;
  std::string help;
  Constraint constraint;
};

class Fields;

/// A list of tables (`[[data.sets]]`): `element(i)` describes entry i, growing the list as needed.
struct TableList {
  std::string key;
  std::string help;
  std::function<std::size_t()> size;
  std::function<void(std::size_t)> resize;
  std::function<Fields(std::size_t)> element;
};

/// What a field takes, for messages and help: "an integer of at least 1", "mean or sum".
std::string accepted_text(const Field& field);

/// Collects what `describe(options, fields)` names. The options must outlive it.
class Fields {
 public:
  template <typename Value>
  void add(std::string_view name, Value& value, std::string_view help, Constraint constraint = {}) {
    fields_.push_back(
        {prefix_ + std::string(name), &value, std::string(help), std::move(constraint)});
  }
  /// Describes a nested struct under `name.`.
  template <typename Options>
  void group(std::string_view name, Options& options) {
    const std::string outer = prefix_;
    prefix_ += std::string(name) + ".";
    describe(options, *this);
    prefix_ = outer;
  }
  /// Describes a vector of structs as an array of tables.
  template <typename Options>
  void tables(std::string_view name, std::vector<Options>& list, std::string_view help) {
    lists_.push_back({prefix_ + std::string(name),
                      std::string(help),
                      [&list] { return list.size(); },
                      [&list](std::size_t n) { list.resize(n); },
                      [&list](std::size_t i) {
                        Fields fields;
                        describe(list.at(i), fields);
                        return fields;
                      }});
  }

  const std::vector<Field>& fields() const { return fields_; }
  const std::vector<TableList>& lists() const { return lists_; }
  /// The field of that key, or nullptr.
  const Field* find(std::string_view key) const;

 private:
  std::string prefix_;
  std::vector<Field> fields_;
  std::vector<TableList> lists_;
};

/// The fields of any options struct that has a `describe`.
template <typename Options>
Fields fields_of(Options& options) {
  Fields fields;
  describe(options, fields);
  return fields;
}

/// Throws OptionError for the first field that does not hold what it accepts, as a program may have
/// set it; `prefix` ("model.") stands before the keys then.
void check_values(const Fields& fields, const std::string& prefix);
template <typename Options>
void check_values(const Options& options, const std::string& prefix = "") {
  Options copy = options;
  check_values(fields_of(copy), prefix);
}

/// Sets one field from text ("0.65", "true", "a,b,c", "[1, 2]"); list entries are
/// `data.sets.0.path`, and the entry after the last makes a new one. In a list, entries with commas
/// or blanks go in quotes. Throws OptionError naming the nearest key for an unknown one, and the
/// accepted values otherwise; nothing has changed then.
void set_option(const Fields& fields, const std::string& key, const std::string& text);

/// Reads a TOML file into the fields. `base = "other.toml"` (beside the file, or a recipe that
/// came with the program) is read first;
/// lists replace the base's. Integers are taken for numbers, nothing else is converted. Throws
/// DataError (syntax, with the line; a base that leads back) or OptionError (unknown key, wrong
/// type or range, with file and line); what was read before stays set. Text has no folder, so no
/// base.
void read_toml(const Fields& fields, const std::filesystem::path& file);
void read_toml_text(const Fields& fields, std::string_view text, const std::string& name);

/// The resolved options as TOML, with the help as comments when `comments` is set. Reading it gives
/// the same values, bit for bit. Throws OptionError for what TOML cannot hold (NaN, text that is
/// not UTF-8).
std::string to_toml(const Fields& fields, bool comments = false);

/// The resolved options as one JSON object of dotted keys (lists of tables as arrays of such
/// objects), for file headers; and back, with the errors of TOML.
std::string to_json(const Fields& fields);
void read_json(const Fields& fields, std::string_view json, const std::string& name);

/// A field's value as text, as `set_option` takes it.
std::string value_text(const FieldPointer& value);

/// The candidate nearest to `name` by edit distance (neighbours that changed places count one), in
/// any case, or "" when none is within a third of its length.
std::string nearest_name(std::string_view name, const std::vector<std::string>& candidates);

}  // namespace mien
