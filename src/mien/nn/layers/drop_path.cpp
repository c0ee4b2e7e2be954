#include "mien/nn/layers/drop_path.h"

#include <vector>

#include "mien/nn/layers/sample_draws.h"

namespace mien {

at::Tensor draw_kept_samples(std::int64_t samples, double rate) {
  return draw_for_samples(samples, 1).flatten().ge(rate).nonzero().flatten();
}

at::Tensor drop_path(const at::Tensor& change, double rate) {
  if (rate == 0) return change;
  std::vector<std::int64_t> shape(static_cast<std::size_t>(change.dim()), 1);
  shape[0] = change.size(0);
  const at::Tensor kept = draw_for_samples(change.size(0), 1).ge(rate).view(shape);
  return change * kept.to(change.options()).div_(1 - rate);
}

double drop_path_of_block(double last, std::int64_t block, std::int64_t depth) {
  return depth == 1 ? last : last * static_cast<double>(block) / static_cast<double>(depth - 1);
}

}  // namespace mien
