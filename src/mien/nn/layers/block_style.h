// What transformer blocks of different origins do not share.
#pragma once

#include "mien/nn/layers/norm.h"

namespace mien {

struct BlockStyle {
  bool clip_names =
      false;  ///< ln_1, attn.in_proj_weight, mlp.c_fc .. for norm1, attn.qkv, mlp.fc1 ..
  double norm_eps = kLayerNormEps;  ///< of the layer norms
  bool quick_gelu = false;          ///< x sigmoid(1.702 x) in the perceptron, not the exact GELU
};

}  // namespace mien
