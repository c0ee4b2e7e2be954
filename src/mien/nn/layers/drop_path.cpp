#include "mien/nn/layers/drop_path.h"

#include <ATen/ops/rand.h>

namespace mien {

at::Tensor draw_kept_samples(std::int64_t samples, double rate) {
  return at::rand({samples}).ge(rate).nonzero().flatten();
}

}  // namespace mien
