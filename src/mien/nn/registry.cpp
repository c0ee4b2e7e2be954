// The networks by name: a new one is its files and a line here.
#include <map>
#include <string>

#include "mien/core/options.h"
#include "mien/core/text.h"
#include "mien/error.h"
#include "mien/nn/models/dan.h"
#include "mien/nn/models/emma.h"
#include "mien/nn/models/vit.h"

namespace mien {
namespace {

using Maker = NetworkPointer (*)(const ModelOptions&, const Vocabulary&, const InputOptions&);

template <typename Kind>
NetworkPointer make(const ModelOptions& model,
                    const Vocabulary& vocabulary,
                    const InputOptions& input) {
  return std::make_shared<Kind>(model, vocabulary, input);
}

const std::map<std::string, Maker>& registry() {
  static const std::map<std::string, Maker> kMakers = {
      {"dan", make<DanNetwork>},
      {"emma", make<EmmaNetwork>},
      {"vit", make<VitNetwork>},
  };
  return kMakers;
}

}  // namespace

std::vector<std::string> network_names() {
  std::vector<std::string> names;
  for (const auto& [name, maker] : registry()) names.push_back(name);
  return names;
}

NetworkPointer create_network(const ModelOptions& options,
                              const Vocabulary& vocabulary,
                              const InputOptions& input) {
  const auto found = registry().find(options.name);
  if (found == registry().end()) {
    const std::string nearest = nearest_name(options.name, network_names());
    throw OptionError("model.name",
                      "model.name: no network '" + options.name + "'" +
                          (nearest.empty() ? "" : ", perhaps '" + nearest + "'") + "; there are " +
                          join(network_names(), ", "));
  }
  return found->second(options, vocabulary, input);
}

}  // namespace mien
