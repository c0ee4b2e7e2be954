#include "mien/nn/layers/masking.h"

#include <algorithm>
#include <cmath>

#include <ATen/ops/argsort.h>

#include "mien/nn/layers/sample_draws.h"

namespace mien {

std::int64_t kept_count(std::int64_t patches, double ratio) {
  // The small addition undoes what 1 - 0.9 loses in binary: 100 patches at 0.9 keep 10.
  const double kept = std::floor(static_cast<double>(patches) * (1 - ratio) + 1e-9);
  return std::max<std::int64_t>(1, static_cast<std::int64_t>(kept));
}

at::Tensor draw_mask_noise(std::int64_t samples, std::int64_t patches) {
  return draw_for_samples(samples, patches);
}

at::Tensor kept_patches(const at::Tensor& noise, double ratio) {
  return noise.argsort(/*stable=*/true, /*dim=*/1, /*descending=*/false)
      .slice(1, 0, kept_count(noise.size(1), ratio))
      .contiguous();
}

}  // namespace mien
