// Joining vocabularies by name: synonyms, class maps between sets, action-unit names.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "mien/affect.h"

namespace mien {

/// "Happy", "happiness", "joy" -> "happiness"; "sad" -> "sadness"; "angry" -> "anger"; ... Unknown
/// names come back in lower case, without blanks around them.
std::string canonical_expression(std::string_view name);

/// "AU1", "au01", "1", "AU_1" -> "AU01"; throws OptionError (key "action_units") for anything else.
std::string canonical_action_unit(std::string_view name);

/// Index in `to` for each name in `from`, compared as expressions are (canonical names); -1 where
/// `to` has no such class. `renames` (canonical names, e.g. {"contempt", "other"}) apply only where
/// the name itself is not in `to`.
std::vector<int> map_by_name(const std::vector<std::string>& from,
                             const std::vector<std::string>& to,
                             const std::map<std::string, std::string>& renames = {});

/// The default renames: contempt goes to other.
const std::map<std::string, std::string>& default_renames();

/// Expresses labels of one vocabulary in another: names are matched once, when it is made.
class LabelMap {
 public:
  /// Throws OptionError for a unit that is no action unit's name.
  LabelMap(const Vocabulary& from,
           const Vocabulary& to,
           const std::map<std::string, std::string>& renames);
  /// Classes and units that `to` lacks become missing. A distribution loses what is on such classes
  /// and is scaled to sum 1 again; it goes away where the label's own class does.
  Label operator()(const Label& label) const;

  /// Index in `to` of each expression of `from`, -1 where there is none.
  const std::vector<int>& expressions() const { return expressions_; }
  /// The same for action units.
  const std::vector<int>& action_units() const { return action_units_; }

 private:
  std::vector<int> expressions_;
  std::vector<int> action_units_;
  std::size_t to_expressions_;
  std::size_t to_action_units_;
  bool to_valence_arousal_;
};

/// One label through a LabelMap.
Label map_label(const Label& label,
                const Vocabulary& from,
                const Vocabulary& to,
                const std::map<std::string, std::string>& renames);

/// Vocabulary to and from the JSON that weights files carry: {"expressions": [names],
/// "action_units": [names], "valence_arousal": bool}, all three needed. Throws DataError naming
/// `file`.
std::string vocabulary_to_json(const Vocabulary& vocabulary);
Vocabulary vocabulary_from_json(std::string_view json, const std::string& file);

}  // namespace mien
