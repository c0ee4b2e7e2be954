// The two-layer perceptron of a transformer block, with the exact (erf) GELU.
#pragma once

#include <cstdint>
#include <memory>

#include "mien/nn/layers/linear.h"

namespace mien {

class Mlp : public torch::nn::Module {
 public:
  Mlp(std::int64_t width, std::int64_t hidden);
  /// x [..., width], same shape out
  at::Tensor forward(const at::Tensor& x);

 private:
  std::shared_ptr<Linear> fc1_;
  std::shared_ptr<Linear> fc2_;
};

}  // namespace mien
