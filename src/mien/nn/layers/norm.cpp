#include "mien/nn/layers/norm.h"

#include <ATen/ops/batch_norm.h>
#include <ATen/ops/layer_norm.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/zeros.h>

namespace mien {

constexpr double kBatchNormMomentum = 0.1;

LayerNorm::LayerNorm(std::int64_t width, double eps)
    : weight(register_parameter("weight", at::ones({width}))),
      bias(register_parameter("bias", at::zeros({width}))),
      eps_(eps) {}

at::Tensor LayerNorm::forward(const at::Tensor& x) {
  return at::layer_norm(x, {weight.size(0)}, weight, bias, eps_);
}

BatchNorm::BatchNorm(std::int64_t channels, double epsilon)
    : weight(register_parameter("weight", at::ones({channels}))),
      bias(register_parameter("bias", at::zeros({channels}))),
      running_mean(register_buffer("running_mean", at::zeros({channels}))),
      running_var(register_buffer("running_var", at::ones({channels}))),
      num_batches_tracked(register_buffer("num_batches_tracked", at::zeros({}, at::kLong))),
      eps(epsilon) {}

at::Tensor BatchNorm::forward(const at::Tensor& x) {
  if (is_training()) num_batches_tracked.add_(1);
  return at::batch_norm(x,
                        weight,
                        bias,
                        running_mean,
                        running_var,
                        is_training(),
                        kBatchNormMomentum,
                        eps,
                        /*cudnn_enabled=*/true);
}

}  // namespace mien
