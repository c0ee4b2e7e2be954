#include "mien/nn/layers/mlp.h"

namespace mien {

Mlp::Mlp(std::int64_t width, std::int64_t hidden)
    : fc1_(register_module("fc1", std::make_shared<Linear>(width, hidden))),
      fc2_(register_module("fc2", std::make_shared<Linear>(hidden, width))) {}

at::Tensor Mlp::forward(const at::Tensor& x) {
  return fc2_->forward(fc1_->forward_gelu(x));
}

}  // namespace mien
