#include "mien/nn/layers/block.h"

#include "mien/nn/layers/drop_path.h"

namespace mien {

constexpr std::int64_t kMlpRatio = 4;

Block::Block(std::int64_t width, std::int64_t heads, double drop_path, const BlockStyle& style)
    : drop_path_(drop_path),
      norm1_(register_module(style.clip_names ? "ln_1" : "norm1",
                             std::make_shared<LayerNorm>(width, style.norm_eps))),
      attn_(register_module("attn", std::make_shared<Attention>(width, heads, style))),
      norm2_(register_module(style.clip_names ? "ln_2" : "norm2",
                             std::make_shared<LayerNorm>(width, style.norm_eps))),
      mlp_(register_module("mlp", std::make_shared<Mlp>(width, kMlpRatio * width, style))) {}

at::Tensor Block::add_mlp(const at::Tensor& x) {
  return residual(
      x, rate(), [this](const at::Tensor& part) { return mlp_->forward(norm2_->forward(part)); });
}

at::Tensor Block::forward(const at::Tensor& x) {
  return add_mlp(residual(
      x, rate(), [this](const at::Tensor& part) { return attn_->forward(norm1_->forward(part)); }));
}

at::Tensor Block::forward_first(const at::Tensor& x) {
  const at::Tensor first = x.slice(1, 0, 1);
  if (rate() == 0) return add_mlp(first + attn_->forward_first(norm1_->forward(x)));
  // As `residual`, but the branch reads every token and changes the first.
  const at::Tensor kept = draw_kept_samples(x.size(0), rate());
  if (kept.numel() == 0) return add_mlp(first);
  const at::Tensor index = kept.to(x.device());
  const at::Tensor change = attn_->forward_first(norm1_->forward(x.index_select(0, index)));
  return add_mlp(first.index_add(0, index, change.to(x.scalar_type()), 1 / (1 - rate())));
}

}  // namespace mien
