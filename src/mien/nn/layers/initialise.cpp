#include "mien/nn/layers/initialise.h"

#include <cmath>

namespace mien {
namespace {

thread_local bool initialising = true;

double matrix_columns(const at::Tensor& tensor) {
  return static_cast<double>(tensor.numel()) / static_cast<double>(tensor.size(0));
}

}  // namespace

WithoutInitialisation::WithoutInitialisation() {
  initialising = false;
}
WithoutInitialisation::~WithoutInitialisation() {
  initialising = true;
}

at::Tensor fill_xavier_uniform(const at::Tensor& tensor) {
  if (!initialising) return tensor;
  const double bound =
      std::sqrt(6.0 / (matrix_columns(tensor) + static_cast<double>(tensor.size(0))));
  return tensor.uniform_(-bound, bound);
}

at::Tensor fill_normal(const at::Tensor& tensor, double deviation) {
  return initialising ? tensor.normal_(0.0, deviation) : tensor;
}

at::Tensor fill_kaiming_fan_out(const at::Tensor& tensor, std::int64_t groups) {
  if (!initialising) return tensor;
  const double kernel = matrix_columns(tensor) / static_cast<double>(tensor.size(1));
  const double outputs = static_cast<double>(tensor.size(0)) / static_cast<double>(groups);
  return tensor.normal_(0.0, std::sqrt(2.0 / (outputs * kernel)));
}

at::Tensor fill_uniform_fan_in(const at::Tensor& tensor, std::int64_t fan_in) {
  const double bound = 1.0 / std::sqrt(static_cast<double>(fan_in));
  return initialising ? tensor.uniform_(-bound, bound) : tensor;
}

at::Tensor fill_constant(const at::Tensor& tensor, double value) {
  return tensor.fill_(value);
}

}  // namespace mien
