// Multi-head self-attention (Vaswani et al. 2017) with one matrix for queries, keys and values.
#pragma once

#include <cstdint>
#include <memory>

#include "mien/nn/layers/block_style.h"
#include "mien/nn/layers/linear.h"

namespace mien {

class Attention : public torch::nn::Module {
 public:
  /// `width` must be a multiple of `heads`. Parameters: qkv, proj, or with CLIP's names
  /// in_proj_weight, in_proj_bias, out_proj.
  Attention(std::int64_t width, std::int64_t heads, const BlockStyle& style = {});
  /// x [N, L, D] -> [N, L, D]
  at::Tensor forward(const at::Tensor& x);
  /// The first token's row of `forward(x)`, with only the work that it needs. x [N, L, D] -> [N, 1,
  /// D]
  at::Tensor forward_first(const at::Tensor& x);

 private:
  /// [N, L, parts * D] -> [parts, N, H, L, D / H]
  at::Tensor split_heads(const at::Tensor& projected, std::int64_t parts) const;

  std::int64_t heads_;
  std::shared_ptr<Linear> qkv_;
  std::shared_ptr<Linear> proj_;
};

}  // namespace mien
