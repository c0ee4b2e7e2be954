#include "mien/nn/layers/drop_path.h"

#include "mien/nn/layers/sample_draws.h"

namespace mien {

at::Tensor draw_kept_samples(std::int64_t samples, double rate) {
  return draw_for_samples(samples, 1).flatten().ge(rate).nonzero().flatten();
}

double drop_path_of_block(double last, std::int64_t block, std::int64_t depth) {
  return depth == 1 ? last : last * static_cast<double>(block) / static_cast<double>(depth - 1);
}

}  // namespace mien
