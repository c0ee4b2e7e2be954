// One batch of pictures and labels as tensors.
#pragma once

#include <cstdint>
#include <vector>

#include <ATen/core/Tensor.h>

#include "mien/affect.h"

namespace mien {

/// One batch on the CPU.
struct Batch {
  at::Tensor pictures;         ///< [N, 3, S, S] float32
  at::Tensor valence_arousal;  ///< [N, 2] float32; -5 missing
  at::Tensor expression;       ///< [N] int64; -1 missing
  at::Tensor
      expression_distribution;        ///< [N, K] float32 rows summing to 1 (one-hot without votes);
                                      ///< rows of 0 where missing; undefined when no set has votes
  at::Tensor action_units;            ///< [N, U] float32; 1, 0 or -1 missing
  std::vector<std::int64_t> indices;  ///< into the concatenated samples
};

/// A batch around the pictures [N, 3, S, S], whose labels are not yet filled in.
Batch empty_batch(at::Tensor pictures, const Vocabulary& vocabulary, bool with_distribution);
/// Writes the label of row `row`.
void set_label(Batch& batch, std::int64_t row, const Label& label);

}  // namespace mien
