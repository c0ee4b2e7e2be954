// What shapes a network, as options.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "mien/core/options.h"

namespace mien {

/// Everything that shapes a network. One flat struct: a network uses the keys that concern it.
struct ModelOptions {
  std::string name = "emma";         ///< one of network_names()
  std::string vit = "B/16";          ///< width and patch of the transformer: T S B L H / patch
  std::string pool = "cls";          ///< cls: final norm of class token; mean: patch mean, own norm
  std::string position = "learned";  ///< learned | sincos
  double position_deviation = 0.02;  ///< of the learned position table before training
  double drop_path = 0.1;            ///< rises linearly over depth to this
  double mask = 0.0;                 ///< part of the patches dropped in training
  std::int64_t head_hidden = 512;    ///< width of the ViT head's hidden layer; 0: one linear layer
  std::string va_gradient = "stop";  ///< emma: stop | flow at the concatenation
  bool va_head = true;               ///< emma: false gives a plain ViT that has VA in its own head
  std::int64_t va_hidden = 256;      ///< emma: width of the VA head's hidden layer
  std::string expression = "p1";     ///< emma: p1 (ViT's logits) | p1+p2 (plus DAN's by name)
  std::int64_t dan_width = 64;       ///< dan: channels of the trunk's first stage (64: ResNet-18)
  std::string dan_stem =
      "imagenet";              ///< dan: imagenet (7x7 stride 2, max pool) | small (3x3, max pool)
  std::int64_t dan_heads = 4;  ///< dan: cross-attention heads
  std::vector<std::string>
      dan_expressions;       ///< emma: DAN's classes in its own order (from its file)
  bool dan_patches = false;  ///< emma: each patch also carries what DAN's third stage sees there
  std::int64_t views = 2;    ///< cotex: transformers side by side
  std::string view_mean = "probabilities";  ///< cotex: what evaluation averages, or logits
  std::string efficientnet = "torch";       ///< torch (half padding) | tf (same padding, eps 1e-3)
  std::string decoder = "512x8x16";         ///< mae: width x depth x heads
  bool norm_pix = true;   ///< mae: reconstruct each patch's pixels normalised by itself
  bool auxiliary = true;  ///< inception-v3: the auxiliary head, for pictures of 299 and more
  std::string region_average = "features";  ///< emotionnet: features | predictions
  std::int64_t clip_width = 64;             ///< clip-rn50: channels of the first stage (64: RN50)
  std::int64_t clip_embedding = 0;          ///< clip: width of the embedding; 0: as published
  std::string clip_gelu = "quick";          ///< clip-vit: quick (OpenAI's) | exact
  bool freeze_trunk = false;  ///< only what stands over the trunk learns (linear evaluation)
  void check() const;
};
void describe(ModelOptions& options, Fields& fields);

}  // namespace mien
