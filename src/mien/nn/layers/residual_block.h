// The blocks of residual networks.
#pragma once

#include <cstdint>
#include <memory>

#include "mien/nn/layers/conv.h"
#include "mien/nn/layers/norm.h"

namespace mien {

/// ResNet's basic block (He et al. 2016): two 3x3 convolutions and a shortcut, projected where the
/// shape changes.
class ResidualBlock : public torch::nn::Module {
 public:
  static constexpr std::int64_t kExpansion = 1;  ///< the output's channels over those inside
  ResidualBlock(std::int64_t in, std::int64_t out, std::int64_t stride);
  /// x [N, in, h, w] -> [N, out, ceil(h / stride), ceil(w / stride)]
  at::Tensor forward(const at::Tensor& x);

  std::shared_ptr<Conv2d> conv1, conv2, shortcut;  ///< shortcut: or nothing
  std::shared_ptr<BatchNorm> bn1, bn2, shortcut_norm;
};

/// ResNet's bottleneck: 1x1 to `width` channels, 3x3 there, 1x1 to four times as many. The stride
/// is the 3x3 convolution's, as torchvision has it; the paper gave it to the first.
class Bottleneck : public torch::nn::Module {
 public:
  static constexpr std::int64_t kExpansion = 4;
  Bottleneck(std::int64_t in, std::int64_t width, std::int64_t stride);
  /// x [N, in, h, w] -> [N, 4 * width, ceil(h / stride), ceil(w / stride)]
  at::Tensor forward(const at::Tensor& x);

  std::shared_ptr<Conv2d> conv1, conv2, conv3, shortcut;  ///< shortcut: or nothing
  std::shared_ptr<BatchNorm> bn1, bn2, bn3, shortcut_norm;
};

}  // namespace mien
