#include <string>
#include <vector>

#include <ATen/ops/cat.h>
#include <ATen/ops/embedding.h>
#include <ATen/ops/empty.h>

#include "mien/core/text.h"
#include "mien/error.h"
#include "mien/nn/layers/drop_path.h"
#include "mien/nn/layers/initialise.h"
#include "mien/nn/layers/position.h"
#include "mien/nn/models/vit.h"

namespace mien {

constexpr double kTokenDeviation = 0.02;

namespace {

/// Of tokens [N, L, D] those of the kept patches [N, K]; all where that is undefined.
at::Tensor kept_tokens(const at::Tensor& tokens, const at::Tensor& kept) {
  if (!kept.defined()) return tokens;
  return tokens.gather(1, kept.unsqueeze(2).expand({-1, -1, tokens.size(2)}));
}

}  // namespace

VitOptions vit_options(const ModelOptions& model, const InputOptions& input) {
  VitOptions options;
  options.size = parse_vit_size(model.vit, input.size);
  options.picture = input.size;
  options.pool = model.pool;
  options.position = model.position;
  options.position_deviation = model.position_deviation;
  options.drop_path = model.drop_path;
  if (options.position == "sincos" && options.size.width % 4 != 0) {
    throw OptionError("model.position",
                      "model.position: sincos needs a width that is a multiple of 4");
  }
  return options;
}

VitTrunk::VitTrunk(const VitOptions& options) : options_(options) {
  const VitSize& size = options.size;
  const std::int64_t grid = options.picture / size.patch;
  cls_token_ =
      register_parameter("cls_token", fill_normal(at::empty({1, 1, size.width}), kTokenDeviation));
  const bool fixed = options.position == "sincos";
  at::Tensor table =
      fixed ? sincos_positions(size.width, grid)
            : fill_normal(at::empty({1, 1 + grid * grid, size.width}), options.position_deviation);
  pos_embed_ = register_parameter("pos_embed", table, /*requires_grad=*/!fixed);
  patch_embed_ =
      register_module("patch_embed", std::make_shared<PatchEmbedding>(size.patch, size.width));
  const auto list = register_module("blocks", std::make_shared<NamedChildren>());
  for (std::int64_t i = 0; i < size.depth; ++i) {
    const double rate = drop_path_of_block(options.drop_path, i, size.depth);
    blocks_.push_back(
        list->add(std::to_string(i), std::make_shared<Block>(size.width, size.heads, rate)));
  }
  norm_ = register_module(options.pool == "mean" ? "fc_norm" : "norm",
                          std::make_shared<LayerNorm>(size.width));
}

std::int64_t VitTrunk::patches() const {
  return pos_embed_.size(1) - 1;
}

at::Tensor VitTrunk::embed(const Seen& seen) {
  const std::int64_t samples = seen.pictures.size(0);
  at::Tensor patches = patch_embed_->forward(seen.pictures, seen.kept);  // [N, K, D]
  if (seen.added.defined()) patches = patches + kept_tokens(seen.added, seen.kept);
  const at::Tensor table = pos_embed_.slice(1, 1);  // [1, L, D]
  const at::Tensor positions = seen.kept.defined() ? at::embedding(table[0], seen.kept) : table;
  const at::Tensor first = cls_token_ + pos_embed_.slice(1, 0, 1);
  return at::cat({first.expand({samples, -1, -1}), patches + positions}, 1);
}

at::Tensor VitTrunk::tokens(const Seen& seen) {
  at::Tensor x = embed(seen);
  for (const auto& block : blocks_) x = block->forward(x);
  return x;
}

at::Tensor VitTrunk::forward(const Seen& seen) {
  if (options_.pool == "mean") {
    return norm_->forward(tokens(seen).slice(1, 1).mean(1));
  }
  // Nothing reads the other tokens after the last block, so it makes the class token alone.
  at::Tensor x = embed(seen);
  for (std::size_t i = 0; i + 1 < blocks_.size(); ++i) x = blocks_[i]->forward(x);
  return norm_->forward(blocks_.back()->forward_first(x).squeeze(1));
}

at::Tensor VitTrunk::normed_tokens(const Seen& seen) {
  return norm_->forward(tokens(seen));
}

at::Tensor VitTrunk::patch_mean(const Seen& seen) {
  if (options_.pool == "mean") return forward(seen);
  return normed_tokens(seen).slice(1, 1).mean(1);
}

std::int64_t VitTrunk::layer_of(std::string_view parameter, std::int64_t depth) {
  const auto parts = split(parameter, '.');
  if (parts[0] == "cls_token" || parts[0] == "pos_embed" || parts[0] == "patch_embed") return 0;
  if (parts[0] == "blocks" && parts.size() > 1) return parse_integer(parts[1]).value_or(0) + 1;
  return depth + 1;
}

Backbone VitTrunk::backbone_in(torch::nn::Module& holder) {
  return {&holder,
          {"cls_token", "pos_embed", "patch_embed.", "blocks.", "norm.", "fc_norm."},
          {"norm.", "fc_norm."},
          {"vit.", "v0."}};
}

}  // namespace mien
