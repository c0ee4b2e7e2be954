// Dropout (Srivastava et al. 2014) whose draws belong to samples.
#pragma once

#include <ATen/core/Tensor.h>

namespace mien {

/// Each number becomes 0 with probability `rate`, 0 <= rate < 1, and is divided by 1 - rate where
/// it stays. For training: a layer asks for it there alone. The draws are those of
/// `draw_for_samples`, so a batch in parts loses what the whole one would. x [N, ...], N samples;
/// same shape and type out
at::Tensor dropout(const at::Tensor& x, double rate);

}  // namespace mien
