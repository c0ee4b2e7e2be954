#include "mien/nn/import/transformers_config.h"

#include <cstddef>
#include <vector>

#include <nlohmann/json.hpp>

#include "mien/error.h"
#include "mien/nn/layers/norm.h"
#include "mien/nn/models/vit_size.h"
#include "mien/nn/network.h"

namespace mien {
namespace {

using OrderedJson = nlohmann::ordered_json;

constexpr int kIndent = 2;
constexpr std::int64_t kMlp = 4;  ///< width inside a block, in widths of the network

/// What the last layer gives, in its order.
std::vector<std::string> output_names(const Vocabulary& vocabulary) {
  std::vector<std::string> names;
  if (vocabulary.valence_arousal) names = {"valence", "arousal"};
  names.insert(names.end(), vocabulary.expressions.begin(), vocabulary.expressions.end());
  names.insert(names.end(), vocabulary.action_units.begin(), vocabulary.action_units.end());
  return names;
}

void add_classifier(OrderedJson& configuration, const Vocabulary& vocabulary) {
  configuration["architectures"] = {"ViTForImageClassification"};
  const std::vector<std::string> names = output_names(vocabulary);
  for (std::size_t i = 0; i < names.size(); ++i) {
    configuration["id2label"][std::to_string(i)] = names[i];
    configuration["label2id"][names[i]] = i;
  }
}

void add_autoencoder(OrderedJson& configuration, const ModelOptions& model) {
  const VitSize decoder = parse_decoder_size(model.decoder);
  configuration["architectures"] = {"ViTMAEForPreTraining"};
  configuration["model_type"] = "vit_mae";
  configuration["decoder_hidden_size"] = decoder.width;
  configuration["decoder_num_hidden_layers"] = decoder.depth;
  configuration["decoder_num_attention_heads"] = decoder.heads;
  configuration["decoder_intermediate_size"] = kMlp * decoder.width;
  configuration["mask_ratio"] = model.mask;
  configuration["norm_pix_loss"] = model.norm_pix;
}

}  // namespace

std::string transformers_config(const Network& network, bool has_head) {
  const ModelOptions& model = network.options();
  const VitSize size = parse_vit_size(model.vit);
  OrderedJson configuration;
  if (model.name == "mae") {
    add_autoencoder(configuration, model);
  } else {
    configuration["architectures"] = {"ViTModel"};
    configuration["model_type"] = "vit";
    if (has_head) add_classifier(configuration, network.vocabulary());
  }
  configuration["hidden_size"] = size.width;
  configuration["num_hidden_layers"] = size.depth;
  configuration["num_attention_heads"] = size.heads;
  configuration["intermediate_size"] = kMlp * size.width;
  configuration["hidden_act"] = "gelu";
  configuration["layer_norm_eps"] = kLayerNormEps;
  configuration["image_size"] = network.input().size;
  configuration["patch_size"] = size.patch;
  configuration["num_channels"] = 3;
  configuration["qkv_bias"] = true;
  return configuration.dump(kIndent) + "\n";
}

std::string transformers_processor(const Network& network) {
  constexpr int kBilinear = 2;
  constexpr double kRange = 255;
  const InputOptions& input = network.input();
  const OrderedJson configuration = {{"image_processor_type", "ViTImageProcessor"},
                                     {"do_resize", true},
                                     {"size", {{"height", input.size}, {"width", input.size}}},
                                     {"resample", kBilinear},
                                     {"do_rescale", true},
                                     {"rescale_factor", 1 / kRange},
                                     {"do_normalize", true},
                                     {"image_mean", input.mean},
                                     {"image_std", input.deviation}};
  return configuration.dump(kIndent) + "\n";
}

}  // namespace mien
