#include "mien/nn/layers/post_norm_block.h"

#include <cmath>

#include <ATen/TensorOperators.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/matmul.h>
#include <ATen/ops/softmax.h>
#include <ATen/ops/zeros.h>

#include "mien/nn/layers/dropout.h"
#include "mien/nn/layers/initialise.h"

namespace mien {

constexpr double kPostNormEps = 1e-5;

JointAttention::JointAttention(std::int64_t width, std::int64_t heads, double rate)
    : heads_(heads),
      rate_(rate),
      in_proj_weight_(
          register_parameter("in_proj_weight", fill_xavier_uniform(at::empty({3 * width, width})))),
      in_proj_bias_(register_parameter("in_proj_bias", at::zeros({3 * width}))),
      out_proj_(register_module("out_proj", std::make_shared<Linear>(width, width))) {}

at::Tensor JointAttention::forward(const at::Tensor& x) {
  const std::int64_t head_width = x.size(2) / heads_;
  const auto qkv = at::linear(x, in_proj_weight_, in_proj_bias_)
                       .view({x.size(0), x.size(1), 3, heads_, head_width})
                       .permute({2, 0, 3, 1, 4})
                       .unbind(0);  // [N, H, L, D / H] each
  const at::Tensor query = qkv[0] * (1 / std::sqrt(static_cast<double>(head_width)));
  at::Tensor attention = at::softmax(at::matmul(query, qkv[1].transpose(2, 3)), -1);
  if (is_training()) attention = dropout(attention, rate_);
  return out_proj_->forward(at::matmul(attention, qkv[2]).transpose(1, 2).flatten(2));
}

PostNormBlock::PostNormBlock(const PostNormShape& shape)
    : rate_(shape.dropout),
      self_attn_(register_module(
          "self_attn", std::make_shared<JointAttention>(shape.width, shape.heads, shape.dropout))),
      linear1_(register_module(
          "linear1", std::make_shared<Linear>(shape.width, shape.hidden, Linear::Start::kFanIn))),
      linear2_(register_module(
          "linear2", std::make_shared<Linear>(shape.hidden, shape.width, Linear::Start::kFanIn))),
      norm1_(register_module("norm1", std::make_shared<LayerNorm>(shape.width, kPostNormEps))),
      norm2_(register_module("norm2", std::make_shared<LayerNorm>(shape.width, kPostNormEps))) {}

at::Tensor PostNormBlock::dropped(const at::Tensor& x) const {
  return is_training() ? dropout(x, rate_) : x;
}

at::Tensor PostNormBlock::forward(const at::Tensor& x) {
  const at::Tensor y = norm1_->forward(x + dropped(self_attn_->forward(x)));
  const at::Tensor hidden = dropped(linear1_->forward_gelu(y));
  return norm2_->forward(y + dropped(linear2_->forward(hidden)));
}

}  // namespace mien
