// One reading of a file where there may be several, or an error that says what to do.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "mien/nn/import/foreign_names.h"

namespace mien {

/// What is known of a file beside its tensors.
struct ReadingHints {
  std::string architecture;  ///< as the user names it, or ""
  /// From the configuration beside it, by option: {"model.efficientnet", "tf"}.
  std::vector<std::pair<std::string, std::string>> options;
  bool classes_are_named = false;  ///< readings that differ in their classes alone are the same
};

/// Throws DataError naming `file` where it is nothing known (and says so where it is below a
/// prefix), or several things (and says which `--arch` each is), WeightsError where it is not the
/// architecture that was named.
ForeignNames chosen_reading(const StateDict& state,
                            const ReadingHints& hints,
                            const std::string& file);

}  // namespace mien
