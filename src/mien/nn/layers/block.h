// A pre-norm transformer block (Dosovitskiy et al. 2021).
#pragma once

#include <cstdint>
#include <memory>

#include "mien/nn/layers/attention.h"
#include "mien/nn/layers/block_style.h"
#include "mien/nn/layers/mlp.h"
#include "mien/nn/layers/norm.h"

namespace mien {

/// y = x + attention(norm1(x)); y + mlp(norm2(y)); each branch under drop path in training mode.
class Block : public torch::nn::Module {
 public:
  Block(std::int64_t width, std::int64_t heads, double drop_path, const BlockStyle& style = {});
  /// x [N, L, D] -> [N, L, D]
  at::Tensor forward(const at::Tensor& x);
  /// The first token of `forward(x)`, with only the work that it needs. x [N, L, D] -> [N, 1, D]
  at::Tensor forward_first(const at::Tensor& x);

 private:
  double rate() const { return is_training() ? drop_path_ : 0; }
  at::Tensor add_mlp(const at::Tensor& x);

  double drop_path_;
  std::shared_ptr<LayerNorm> norm1_;
  std::shared_ptr<Attention> attn_;
  std::shared_ptr<LayerNorm> norm2_;
  std::shared_ptr<Mlp> mlp_;
};

}  // namespace mien
