// A two-dimensional convolution.
#pragma once

#include <array>
#include <cstdint>

#include <torch/nn/module.h>

namespace mien {

/// What lies around a picture before a convolution reads it.
enum class Padding {
  kHalf,  ///< half the kernel, rounded down, on every side
  kNone,
  kSame,  ///< TensorFlow's: to ceil(size / stride) places; what cannot be halved goes below, right
};

struct ConvShape {
  std::int64_t in = 0;                          ///< channels
  std::int64_t out = 0;                         ///< channels
  std::array<std::int64_t, 2> kernel = {3, 3};  ///< height, width
  std::int64_t stride = 1;
  bool bias = false;
  std::int64_t groups = 1;  ///< divide `in` and `out`; `in` of them: depthwise
  Padding padding = Padding::kHalf;
};

/// Starts as He et al. 2015 (fan out), bias 0.
class Conv2d : public torch::nn::Module {
 public:
  explicit Conv2d(const ConvShape& shape);
  /// x [N, in, h, w] -> [N, out, ceil(h / stride), ceil(w / stride)]; without padding the kernel
  /// stays inside.
  at::Tensor forward(const at::Tensor& x);
  const ConvShape& shape() const { return shape_; }

  at::Tensor weight;  ///< [out, in / groups, kernel height, kernel width]
  at::Tensor bias;    ///< [out], or undefined

 private:
  ConvShape shape_;
};

}  // namespace mien
