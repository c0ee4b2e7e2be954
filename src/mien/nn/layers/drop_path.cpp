#include "mien/nn/layers/drop_path.h"

#include "mien/nn/layers/sample_draws.h"

namespace mien {

at::Tensor draw_kept_samples(std::int64_t samples, double rate) {
  return draw_for_samples(samples, 1).flatten().ge(rate).nonzero().flatten();
}

}  // namespace mien
