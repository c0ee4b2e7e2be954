// First values of parameters. Inside a WithoutInitialisation scope none are drawn, which saves the
// time and leaves the random generator alone where every parameter is about to be loaded.
#pragma once

#include <cstdint>

#include <ATen/core/Tensor.h>

namespace mien {

/// While one lives, parameters made in this thread hold whatever was in memory. Do not nest.
class WithoutInitialisation {
 public:
  WithoutInitialisation();
  ~WithoutInitialisation();
  WithoutInitialisation(const WithoutInitialisation&) = delete;
  WithoutInitialisation& operator=(const WithoutInitialisation&) = delete;
};

/// The functions below fill a float32 tensor from torch's default generator and return it.

/// Uniform in +-sqrt(6 / (fan in + fan out)), the tensor seen as a matrix [shape[0], rest] (Glorot
/// and Bengio 2010; MAE does so for linear layers and the patch projection).
at::Tensor fill_xavier_uniform(const at::Tensor& tensor);
at::Tensor fill_normal(const at::Tensor& tensor, double deviation);
/// Normal with variance 2 / (shape[0] / groups * kernel size) (He et al. 2015, fan out): the
/// convolutions of CNNs. Of a grouped one each input reaches the outputs of its group alone.
at::Tensor fill_kaiming_fan_out(const at::Tensor& tensor, std::int64_t groups = 1);
/// Uniform in +-1/sqrt(fan_in): PyTorch's default for linear layers, weights and biases.
at::Tensor fill_uniform_fan_in(const at::Tensor& tensor, std::int64_t fan_in);
at::Tensor fill_constant(const at::Tensor& tensor, double value);

}  // namespace mien
