// One batch of pictures and labels as tensors.
#pragma once

#include <cstdint>
#include <vector>

#include <ATen/core/Tensor.h>

#include "mien/affect.h"

namespace mien {

/// What a part of a batch counts for in the means over the whole; 1 where it is the whole.
struct BatchShares {
  double samples = 1;
  double expression = 1;    ///< of the labelled samples
  double distribution = 1;  ///< of the samples with a distribution of expressions
  double action_units = 1;  ///< of the labelled units
  /// The whole batch's labels, which class weights are summed over; undefined where it is the
  /// whole.
  at::Tensor whole_expression;  ///< [M] int64
};

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
  BatchShares shares;                 ///< where this is a part of a larger batch
};

/// A batch around the pictures [N, 3, S, S], whose labels are not yet filled in.
Batch empty_batch(at::Tensor pictures, const Vocabulary& vocabulary, bool with_distribution);
/// Writes the label of row `row`.
void set_label(Batch& batch, std::int64_t row, const Label& label);
/// The samples from `begin` to `end` as a part of the batch, sharing its memory.
Batch batch_part(const Batch& batch, std::int64_t begin, std::int64_t end);

}  // namespace mien
