// The networks by name. What they are made of is in network.h, which only those include who look
// inside one: libtorch's modules are most of what a source file costs to compile.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "mien/affect.h"
#include "mien/input/input.h"
#include "mien/nn/model_options.h"

namespace mien {

class Network;
using NetworkPointer = std::shared_ptr<Network>;

/// Throws UsageError for a network that learned without labels: it says nothing of a face itself.
void check_reads(const Network& network);

/// What the registry says of a network.
struct NetworkKind {
  std::string summary;  ///< one line, for the help
  /// What it can learn, and the recipe of it when none is asked for: mtl (valence and arousal,
  /// expression, action units), expr (expression alone), pretrain (pictures without labels).
  std::map<std::string, std::string> recipes;
  std::string page = {};  ///< its page's name in docs/models; empty: the network's own
  bool learns_without_labels() const { return recipes.contains("pretrain"); }
};
/// Throws OptionError listing the registry for an unknown name.
const NetworkKind& network_kind(const std::string& name);
/// "docs/models/NAME.md" of the source tree. Throws OptionError for an unknown name.
std::string network_page(const std::string& name);

/// Makes the network that `options.name` names, with fresh weights from torch's default generator.
/// Throws OptionError listing the registry for an unknown name.
NetworkPointer create_network(const ModelOptions& options,
                              const Vocabulary& vocabulary,
                              const InputOptions& input);
std::vector<std::string> network_names();

}  // namespace mien
