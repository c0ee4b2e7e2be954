// The two-layer perceptron of a transformer block.
#pragma once

#include <cstdint>
#include <memory>

#include "mien/nn/layers/block_style.h"
#include "mien/nn/layers/linear.h"

namespace mien {

class Mlp : public torch::nn::Module {
 public:
  /// With the exact (erf) GELU unless the style says QuickGELU. Parameters: fc1, fc2, or with
  /// CLIP's names c_fc, c_proj.
  Mlp(std::int64_t width, std::int64_t hidden, const BlockStyle& style = {});
  /// x [..., width], same shape out
  at::Tensor forward(const at::Tensor& x);

 private:
  bool quick_gelu_;
  std::shared_ptr<Linear> fc1_;
  std::shared_ptr<Linear> fc2_;
};

}  // namespace mien
