#include "mien/nn/layers/mlp.h"

namespace mien {

Mlp::Mlp(std::int64_t width, std::int64_t hidden, const BlockStyle& style)
    : quick_gelu_(style.quick_gelu),
      fc1_(register_module(style.clip_names ? "c_fc" : "fc1",
                           std::make_shared<Linear>(width, hidden))),
      fc2_(register_module(style.clip_names ? "c_proj" : "fc2",
                           std::make_shared<Linear>(hidden, width))) {}

at::Tensor Mlp::forward(const at::Tensor& x) {
  return fc2_->forward(quick_gelu_ ? fc1_->forward_quick_gelu(x) : fc1_->forward_gelu(x));
}

}  // namespace mien
