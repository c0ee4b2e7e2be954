#include "mien/nn/layers/dropout.h"

#include <cstdint>

#include <ATen/TensorOperators.h>

#include "mien/nn/layers/sample_draws.h"

namespace mien {

at::Tensor dropout(const at::Tensor& x, double rate) {
  if (rate == 0 || x.numel() == 0) return x;
  const std::int64_t samples = x.size(0);
  const at::Tensor kept = draw_for_samples(samples, x.numel() / samples).ge(rate);
  return x * kept.view(x.sizes()).to(x.options()).div_(1 - rate);
}

}  // namespace mien
