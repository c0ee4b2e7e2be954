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

const std::map<std::string, RegisteredNetwork>& registry() {
  static const std::map<std::string, RegisteredNetwork> kEntries = {
      {"clip-rn50",
       {{"CLIP's ResNet-50", {{"mtl", "clip-rn50-mtl"}, {"expr", "clip-rn50-expr"}}},
        make<ClipResNetNetwork>}},
      {"clip-vit",
       {{"CLIP's transformer in any size", {{"mtl", "clip-vit-mtl"}, {"expr", "clip-vit-expr"}}},
        make<ClipVitNetwork>}},
      {"clip-vit-b16",
       {{"CLIP's ViT-B/16",
         {{"mtl", "clip-vit-b16-mtl"}, {"expr", "clip-vit-b16-expr"}},
         "clip-vit"},
        make<ClipVitNetwork>}},
      {"clip-vit-b32",
       {{"CLIP's ViT-B/32",
         {{"mtl", "clip-vit-b32-mtl"}, {"expr", "clip-vit-b32-expr"}},
         "clip-vit"},
        make<ClipVitNetwork>}},
      {"cotex",
       {{"masked CoTEX, several transformers that learn expression together", {{"expr", "cotex"}}},
        make<CotexNetwork>}},
      {"dan", {{"DAN, an expression CNN with attention", {{"expr", "dan"}}}, make<DanNetwork>}},
      {"efficientnet-b0",
       {{"EfficientNet-B0",
         {{"mtl", "efficientnet-b0-mtl"}, {"expr", "efficientnet-b0-expr"}},
         "efficientnet"},
        make<EfficientNet>}},
      {"efficientnet-b2",
       {{"EfficientNet-B2",
         {{"mtl", "efficientnet-b2-mtl"}, {"expr", "efficientnet-b2-expr"}},
         "efficientnet"},
        make<EfficientNet>}},
      {"emma", {{"EMMA, three tasks at once", {{"mtl", "emma"}}}, make<EmmaNetwork>}},
      {"emotionnet",
       {{"EmotionNet, which looks at the region of each action unit and relates them",
         {{"mtl", "emotionnet-mtl"}, {"expr", "emotionnet-expr"}}},
        make<EmotionNetwork>}},
      {"inception-v3",
       {{"InceptionV3, a CNN with an auxiliary head in training",
         {{"mtl", "inception-v3-mtl"}, {"expr", "inception-v3-expr"}}},
        make<InceptionNetwork>}},
      {"mae",
       {{"a masked autoencoder, from pictures without labels", {{"pretrain", "mae"}}},
        make<MaeNetwork>}},
      {"resnet18",
       {{"ResNet-18, a residual CNN",
         {{"mtl", "resnet18-mtl"}, {"expr", "resnet18-expr"}},
         "resnet"},
        make<ResNet18Network>}},
      {"resnet50",
       {{"ResNet-50, a residual CNN",
         {{"mtl", "resnet50-mtl"}, {"expr", "resnet50-expr"}},
         "resnet"},
        make<ResNet50Network>}},
      {"vgg-face",
       {{"VGG-Face, a VGG-16 that knows people",
         {{"mtl", "vgg-face-mtl"}, {"expr", "vgg-face-expr"}}},
        make<VggFaceNetwork>}},
      {"vit",
       {{"a plain vision transformer", {{"mtl", "vit-mtl"}, {"expr", "vit-expr"}}},
        make<VitNetwork>}},
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
