// Label values as lists write them, checked: numbers, class names, units; and the line to blame.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mien/data/sets.h"
#include "mien/data/table_reader.h"

namespace mien {

/// Valence or arousal in [-1, 1]; nothing for `missing` (ABAW -5, AffectNet -2) or an empty field.
std::optional<float> parse_affect(std::string_view text,
                                  double missing,
                                  std::string_view what,
                                  const TableReader& at);
/// A class number below `classes`; -1 is missing.
int parse_class(std::string_view text, std::size_t classes, const TableReader& at);
/// 1 present, 0 absent, -1 (or an empty field) missing.
std::int8_t parse_unit(std::string_view text, std::string_view unit, const TableReader& at);
/// An integer, also where it is written as "4.0".
std::optional<std::int64_t> parse_whole_number(std::string_view text);

/// Class names as they turn up; gives each its final place when the list has been read.
class ClassNames {
 public:
  /// The canonical name of a class as a list or folder writes it. Throws DataError (through `fail`)
  /// for a number, an empty name, or a name that is one slip away from a well-known one.
  static std::string checked(std::string_view text, const std::string& file, std::int64_t line);
  /// ABAW's order first, then the alphabet.
  static std::vector<std::string> ordered(std::vector<std::string> names);
};

/// Throws DataError at the line of the second when two samples have one name; `lines` one a sample.
void check_unique_names(const SampleSet& set, const std::vector<std::int64_t>& lines);

/// `root/name`, or `name` where that is absolute.
std::filesystem::path picture_path(const std::string& root, std::string_view name);

}  // namespace mien
