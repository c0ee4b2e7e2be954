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
  HeadCounts heads = {};
};

/// What the reading has otherwise than the configuration says, for a message; "" where they agree.
std::string contradiction(const ForeignNames& reading, const ReadingHints& hints);

/// Throws DataError naming `file` where it is nothing known (and says so where it is below a
/// prefix), several things (and says which `--arch` each is), or not what the configuration says;
/// WeightsError where it is not the architecture that was named, which overrules a configuration
/// but for attention heads.
ForeignNames chosen_reading(const StateDict& state,
                            const ReadingHints& hints,
                            const std::string& file);

}  // namespace mien
