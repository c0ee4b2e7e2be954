// The networks by name: a new one is its files and a line here.
#include <map>
#include <string>

#include "mien/core/options.h"
#include "mien/core/text.h"
#include "mien/error.h"
#include "mien/nn/models/clip_resnet.h"
#include "mien/nn/models/clip_vit.h"
#include "mien/nn/models/cotex.h"
#include "mien/nn/models/dan.h"
#include "mien/nn/models/efficientnet.h"
#include "mien/nn/models/emma.h"
#include "mien/nn/models/emotionnet.h"
#include "mien/nn/models/inception.h"
#include "mien/nn/models/mae.h"
#include "mien/nn/models/resnet.h"
#include "mien/nn/models/vgg_face.h"
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

struct RegisteredNetwork {
  NetworkKind kind;
  Maker maker;
};

using Registry = std::map<std::string, RegisteredNetwork>;

/// A network that learns three tasks or expression alone, with the recipes NAME-mtl and NAME-expr.
template <typename Kind>
Registry::value_type both_tasks(const std::string& name,
                                const std::string& summary,
                                const std::string& page = "") {
  return {name, {{summary, {{"mtl", name + "-mtl"}, {"expr", name + "-expr"}}, page}, make<Kind>}};
}

template <typename Kind>
Registry::value_type one_task(const std::string& name,
                              const std::string& summary,
                              const std::string& task,
                              const std::string& recipe) {
  return {name, {{summary, {{task, recipe}}}, make<Kind>}};
}

const Registry& registry() {
  static const Registry kEntries = {
      both_tasks<ClipResNetNetwork>("clip-rn50", "CLIP's ResNet-50"),
      both_tasks<ClipVitNetwork>("clip-vit", "CLIP's transformer in any size"),
      both_tasks<ClipVitNetwork>("clip-vit-b16", "CLIP's ViT-B/16", "clip-vit"),
      both_tasks<ClipVitNetwork>("clip-vit-b32", "CLIP's ViT-B/32", "clip-vit"),
      one_task<CotexNetwork>("cotex",
                             "masked CoTEX, several transformers that learn expression together",
                             "expr",
                             "cotex"),
      one_task<DanNetwork>("dan", "DAN, an expression CNN with attention", "expr", "dan"),
      both_tasks<EfficientNet>("efficientnet-b0", "EfficientNet-B0", "efficientnet"),
      both_tasks<EfficientNet>("efficientnet-b2", "EfficientNet-B2", "efficientnet"),
      one_task<EmmaNetwork>("emma", "EMMA, three tasks at once", "mtl", "emma"),
      both_tasks<EmotionNetwork>(
          "emotionnet",
          "EmotionNet, which looks at the region of each action unit and relates them"),
      both_tasks<InceptionNetwork>("inception-v3",
                                   "InceptionV3, a CNN with an auxiliary head in training"),
      one_task<MaeNetwork>(
          "mae", "a masked autoencoder, from pictures without labels", "pretrain", "mae"),
      both_tasks<ResNet18Network>("resnet18", "ResNet-18, a residual CNN", "resnet"),
      both_tasks<ResNet50Network>("resnet50", "ResNet-50, a residual CNN", "resnet"),
      both_tasks<VggFaceNetwork>("vgg-face", "VGG-Face, a VGG-16 that knows people"),
      both_tasks<VitNetwork>("vit", "a plain vision transformer"),
  };
  return kEntries;
}

const RegisteredNetwork& entry_of(const std::string& name) {
  const auto found = registry().find(name);
  if (found != registry().end()) return found->second;
  const std::string nearest = nearest_name(name, network_names());
  throw OptionError("model.name",
                    "no network " + name + "; there are " + join(network_names(), ", ") +
                        (nearest.empty() ? "" : "; did you mean " + nearest + "?"));
}

}  // namespace

std::vector<std::string> network_names() {
  std::vector<std::string> names;
  for (const auto& [name, entry] : registry()) names.push_back(name);
  return names;
}

const NetworkKind& network_kind(const std::string& name) {
  return entry_of(name).kind;
}

std::string network_page(const std::string& name) {
  const std::string& page = network_kind(name).page;
  return "docs/models/" + (page.empty() ? name : page) + ".md";
}

NetworkPointer create_network(const ModelOptions& options,
                              const Vocabulary& vocabulary,
                              const InputOptions& input) {
  NetworkPointer network = entry_of(options.name).maker(options, vocabulary, input);
  if (options.freeze_trunk) network->freeze_trunk();
  return network;
}

}  // namespace mien
