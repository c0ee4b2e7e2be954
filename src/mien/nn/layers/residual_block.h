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
  ResidualBlock(std::int64_t in, std::int64_t out, std::int64_t stride);
  /// x [N, in, h, w] -> [N, out, ceil(h / stride), ceil(w / stride)]
  at::Tensor forward(const at::Tensor& x);

  std::shared_ptr<Conv2d> conv1, conv2, shortcut;  ///< shortcut: or nothing
  std::shared_ptr<BatchNorm> bn1, bn2, shortcut_norm;
};

}  // namespace mien
