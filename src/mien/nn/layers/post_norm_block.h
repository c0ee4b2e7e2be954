// A post-norm transformer block (Vaswani et al. 2017) with PyTorch's names and dropout.
#pragma once

#include <cstdint>
#include <memory>

#include "mien/nn/layers/linear.h"
#include "mien/nn/layers/norm.h"

namespace mien {

/// Self-attention with one matrix for queries, keys and values, which is no layer of its own.
/// Parameters: in_proj_weight, in_proj_bias, out_proj.
class JointAttention : public torch::nn::Module {
 public:
  /// `width` must be a multiple of `heads`; in training attention weights are dropped at `rate`.
  JointAttention(std::int64_t width, std::int64_t heads, double rate);
  /// x [N, L, D] -> [N, L, D]
  at::Tensor forward(const at::Tensor& x);

 private:
  std::int64_t heads_;
  double rate_;
  at::Tensor in_proj_weight_;  ///< [3 * D, D]
  at::Tensor in_proj_bias_;    ///< [3 * D]
  std::shared_ptr<Linear> out_proj_;
};

struct PostNormShape {
  std::int64_t width = 0;
  std::int64_t heads = 1;
  std::int64_t hidden = 0;  ///< of the perceptron
  double dropout = 0;       ///< on attention weights, hidden values and both branches
};

/// y = norm1(x + attention(x)); norm2(y + linear2(gelu(linear1(y)))). Norms with eps 1e-5.
/// Parameters: self_attn, linear1, linear2, norm1, norm2.
class PostNormBlock : public torch::nn::Module {
 public:
  explicit PostNormBlock(const PostNormShape& shape);
  /// x [N, L, D] -> [N, L, D]
  at::Tensor forward(const at::Tensor& x);

 private:
  at::Tensor dropped(const at::Tensor& x) const;

  double rate_;
  std::shared_ptr<JointAttention> self_attn_;
  std::shared_ptr<Linear> linear1_;
  std::shared_ptr<Linear> linear2_;
  std::shared_ptr<LayerNorm> norm1_;
  std::shared_ptr<LayerNorm> norm2_;
};

}  // namespace mien
