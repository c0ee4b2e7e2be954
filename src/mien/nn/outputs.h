// What a network makes of pictures, without what it is made of.
#pragma once

#include <vector>

#include <ATen/core/Tensor.h>

namespace mien {

/// Scores by task for N pictures; an undefined tensor where the network gives nothing.
struct Outputs {
  at::Tensor valence_arousal;  ///< [N, 2]
  at::Tensor expression;       ///< [N, K] logits
  at::Tensor action_units;     ///< [N, U] logits
  at::Tensor features;         ///< [N, D] what the heads see (vit, emma: as model.pool says)
  at::Tensor
      attention_heads;  ///< dan: [N, heads, 512], log-softmax over heads (as its losses take it)
  at::Tensor spatial_features;  ///< dan: [N, 512, h, w], the trunk's output
  at::Tensor views;             ///< cotex: [V, N, K], the logits of each view
  at::Tensor reconstruction;    ///< mae: [N, L, 3 * P * P], each patch as the decoder paints it
  at::Tensor patches;           ///< mae: [N, L, 3 * P * P], what it should have painted
  at::Tensor masked;            ///< mae: [N, L], 1 where the encoder did not see the patch, else 0
  /// In training, what further heads say that evaluation does not ask (Inception's); each learns as
  /// the network's own does, weighted by `loss.auxiliary`.
  std::vector<Outputs> auxiliary;
};

/// Pictures with gaps, and how a network fills them. Each [N, 3, S, S], normalised, float32.
struct Reconstruction {
  at::Tensor seen;    ///< what the network saw; 0, the mean colour, where it saw nothing
  at::Tensor filled;  ///< the same with the gaps as the network paints them
};

}  // namespace mien
