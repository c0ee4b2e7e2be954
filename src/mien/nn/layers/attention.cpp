#include "mien/nn/layers/attention.h"

#include <ATen/ops/scaled_dot_product_attention.h>

namespace mien {
namespace {

/// softmax(q k^T / sqrt(d)) v over all heads. q [N, H, M, d], k and v [N, H, L, d] -> [N, M, H * d]
at::Tensor attend(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v) {
  return at::scaled_dot_product_attention(q, k, v).transpose(1, 2).flatten(2);
}

}  // namespace

Attention::Attention(std::int64_t width, std::int64_t heads, const BlockStyle& style)
    : heads_(heads),
      qkv_(std::make_shared<Linear>(width, 3 * width)),
      proj_(std::make_shared<Linear>(width, width)) {
  if (style.clip_names) {
    // The layer is no child here, and its tensors are this module's own.
    register_parameter("in_proj_weight", qkv_->weight);
    register_parameter("in_proj_bias", qkv_->bias);
  } else {
    register_module("qkv", qkv_);
  }
  register_module(style.clip_names ? "out_proj" : "proj", proj_);
}

at::Tensor Attention::split_heads(const at::Tensor& projected, std::int64_t parts) const {
  const std::int64_t head_width = projected.size(2) / (parts * heads_);
  return projected.view({projected.size(0), projected.size(1), parts, heads_, head_width})
      .permute({2, 0, 3, 1, 4});
}

at::Tensor Attention::forward(const at::Tensor& x) {
  const auto qkv = split_heads(qkv_->forward(x), 3).unbind(0);
  return proj_->forward(attend(qkv[0], qkv[1], qkv[2]));
}

at::Tensor Attention::forward_first(const at::Tensor& x) {
  const std::int64_t width = x.size(2);
  const at::Tensor queries = qkv_->forward_part(x.slice(1, 0, 1), 0, width);
  const auto kv = split_heads(qkv_->forward_part(x, width, 3 * width), 2).unbind(0);
  return proj_->forward(attend(split_heads(queries, 1)[0], kv[0], kv[1]));
}

}  // namespace mien
