// Layer norm and batch norm.
#pragma once

#include <cstdint>

#include <torch/nn/module.h>

namespace mien {

constexpr double kLayerNormEps = 1e-6;
constexpr double kBatchNormEps = 1e-5;

/// Over the last dimension; eps is ViT's where nothing else is said.
class LayerNorm : public torch::nn::Module {
 public:
  explicit LayerNorm(std::int64_t width, double eps = kLayerNormEps);
  /// x [..., width], same shape out
  at::Tensor forward(const at::Tensor& x);

  at::Tensor weight;  ///< [width]
  at::Tensor bias;    ///< [width]

 private:
  double eps_;
};

/// Over the channels of [N, C] or [N, C, h, w], momentum 0.1. In training mode it
/// normalises by the batch and moves the running statistics; in evaluation mode these are used and
/// stay as they are.
class BatchNorm : public torch::nn::Module {
 public:
  explicit BatchNorm(std::int64_t channels, double eps = kBatchNormEps);
  at::Tensor forward(const at::Tensor& x);

  at::Tensor weight;               ///< [C]
  at::Tensor bias;                 ///< [C]
  at::Tensor running_mean;         ///< [C], a buffer
  at::Tensor running_var;          ///< [C], a buffer
  at::Tensor num_batches_tracked;  ///< a count, a buffer
  double eps;
};

}  // namespace mien
