// Weights files of other programs: whose architecture and whose names a file has, told from its
// tensors, and where each of them belongs here.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "mien/affect.h"
#include "mien/nn/weights.h"

namespace mien {

/// A tensor here, and what of the file it is made of: one tensor, or several that are joined along
/// their first dimension.
struct TensorParts {
  std::string name;
  std::vector<std::string> parts;
};

/// Attention heads as a configuration has them; 0 where it does not say.
struct HeadCounts {
  std::int64_t encoder = 0;
  std::int64_t decoder = 0;  ///< MAE's
  std::string file;          ///< the configuration
};

/// What a file was recognised as.
struct ForeignNames {
  std::string architecture;  ///< as `mien import --arch` takes it: "resnet50"
  std::string title;         ///< "ResNet-50 in torchvision's names"
  std::string network;       ///< the network here whose weights these are
  /// Options that the network must have for them, as text: {"model.efficientnet", "tf"}.
  std::vector<std::pair<std::string, std::string>> options;
  /// Of these, what neither tensors nor a configuration say: attention heads, by the published
  /// rule.
  std::vector<std::string> assumed;
  bool whole = false;  ///< nothing is missing for a network that works; else they are to start from
  std::optional<Vocabulary> vocabulary;  ///< what a whole one gives, where that is known
  std::string classes_of;     ///< whose classes these are: "AffectNet's seven expressions"
  bool only_by_name = false;  ///< a reading for those who ask for it; others are likelier
  std::vector<TensorParts> tensors;
  std::vector<TensorParts> head;  ///< the last layer, for the classes that it was trained for
  std::vector<std::string> left;  ///< names in the file that are not used
};

/// The title, with whose classes it has: "DAN, trained on AffectNet's seven expressions".
std::string full_title(const ForeignNames& names);

/// Everything that the file could be, by names and shapes of its tensors alone.
std::vector<ForeignNames> readings_of(const StateDict& state);

/// The file as the architecture of this name. Throws UsageError for a name that there is not,
/// WeightsError naming `file` and what of its tensors does not go with the architecture.
ForeignNames names_as(const StateDict& state,
                      const std::string& architecture,
                      const std::string& file);

/// Every name that `names_as` takes.
std::vector<std::string> architecture_names();

/// The tensors below a prefix such as "module.", by their names without it.
StateDict without_prefix(const StateDict& state, const std::string& prefix);
/// Prefixes below which the file is something known.
std::vector<std::string> prefixes_that_fit(const StateDict& state);

}  // namespace mien
