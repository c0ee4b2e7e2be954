// A two-dimensional convolution.
#pragma once

#include <array>
#include <cstdint>

#include <torch/nn/module.h>

namespace mien {

struct ConvShape {
  std::int64_t in = 0;   ///< channels
  std::int64_t out = 0;  ///< channels
  std::array<std::int64_t, 2> kernel = {3,
                                        3};  ///< height, width; padded to keep the size at stride 1
  std::int64_t stride = 1;
  bool bias = false;
};

/// Odd kernels, padding of half the kernel. Starts as He et al. 2015 (fan out), bias 0.
class Conv2d : public torch::nn::Module {
 public:
  explicit Conv2d(const ConvShape& shape);
  /// x [N, in, h, w] -> [N, out, ceil(h / stride), ceil(w / stride)]
  at::Tensor forward(const at::Tensor& x);
  const ConvShape& shape() const { return shape_; }

  at::Tensor weight;  ///< [out, in, kernel height, kernel width]
  at::Tensor bias;    ///< [out], or undefined

 private:
  ConvShape shape_;
};

}  // namespace mien
