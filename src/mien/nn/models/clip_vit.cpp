#include "mien/nn/models/clip_vit.h"

#include <cmath>
#include <map>
#include <string_view>
#include <utility>

#include <ATen/ops/cat.h>
#include <ATen/ops/embedding.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/matmul.h>

#include "mien/core/text.h"
#include "mien/error.h"
#include "mien/nn/layers/drop_path.h"
#include "mien/nn/layers/initialise.h"
#include "mien/nn/layers/masking.h"
#include "mien/nn/layers/named_children.h"
#include "mien/nn/layers/patch_embedding.h"
#include "mien/nn/layers/precision.h"

namespace mien {
namespace {

constexpr double kClipNormEps = 1e-5;

/// What the published encoders of this width project to: B, L and H.
std::int64_t published_embedding(std::int64_t width) {
  if (width == 1024) return 768;
  return width == 1280 ? 1024 : 512;
}

double inverse_root(std::int64_t width) {
  return 1 / std::sqrt(static_cast<double>(width));
}

}  // namespace

ModelOptions with_named_size(ModelOptions model) {
  static const std::map<std::string_view, const char*> kSizes = {{"clip-vit-b16", "B/16"},
                                                                 {"clip-vit-b32", "B/32"}};
  const auto named = kSizes.find(model.name);
  if (named != kSizes.end()) model.vit = named->second;
  return model;
}

ClipVitOptions clip_vit_options(const ModelOptions& model, const InputOptions& input) {
  ClipVitOptions options;
  options.size = parse_vit_size(model.vit, input.size);
  options.picture = input.size;
  options.embedding =
      model.clip_embedding > 0 ? model.clip_embedding : published_embedding(options.size.width);
  options.quick_gelu = model.clip_gelu == "quick";
  options.position_deviation = model.position_deviation;
  options.drop_path = model.drop_path;
  if (model.position != "learned") {
    throw OptionError("model.position", "model.position: CLIP's positions are learned");
  }
  if (model.pool != "cls") {
    throw OptionError("model.pool", "model.pool: CLIP projects the class token: cls");
  }
  return options;
}

ClipVitTrunk::ClipVitTrunk(const ClipVitOptions& options) : options_(options) {
  const VitSize& size = options.size;
  const std::int64_t grid = options.picture / size.patch;
  const double deviation = inverse_root(size.width);
  class_embedding_ =
      register_parameter("class_embedding", fill_normal(at::empty({size.width}), deviation));
  positional_embedding_ = register_parameter(
      "positional_embedding",
      fill_normal(at::empty({1 + grid * grid, size.width}), options.position_deviation));
  proj_ = register_parameter("proj",
                             fill_normal(at::empty({size.width, options.embedding}), deviation));
  conv1_ = register_module("conv1",
                           std::make_shared<Conv2d>(ConvShape{
                               .in = 3, .out = size.width, .kernel = {size.patch, size.patch}}));
  fill_xavier_uniform(conv1_->weight.detach());
  ln_pre_ = register_module("ln_pre", std::make_shared<LayerNorm>(size.width, kClipNormEps));
  const auto list = register_module("transformer", std::make_shared<NamedChildren>())
                        ->add("resblocks", std::make_shared<NamedChildren>());
  const BlockStyle style{
      .clip_names = true, .norm_eps = kClipNormEps, .quick_gelu = options.quick_gelu};
  blocks_.reserve(static_cast<std::size_t>(size.depth));
  for (std::int64_t i = 0; i < size.depth; ++i) {
    const double rate = drop_path_of_block(options.drop_path, i, size.depth);
    blocks_.push_back(
        list->add(std::to_string(i), std::make_shared<Block>(size.width, size.heads, rate, style)));
  }
  ln_post_ = register_module("ln_post", std::make_shared<LayerNorm>(size.width, kClipNormEps));
}

at::Tensor ClipVitTrunk::embed(const at::Tensor& pictures, const at::Tensor& kept) {
  const at::Tensor patches = embed_patches(pictures, kept, *conv1_);  // [N, K, D]
  const at::Tensor table = positional_embedding_.slice(0, 1);         // [L, D]
  const at::Tensor positions = kept.defined() ? at::embedding(table, kept) : table;
  const at::Tensor first = class_embedding_ + positional_embedding_[0];  // [D]
  const at::Tensor tokens =
      at::cat({first.expand({pictures.size(0), 1, -1}), patches + positions}, 1);
  return ln_pre_->forward(tokens);
}

at::Tensor ClipVitTrunk::read(const at::Tensor& pictures, const at::Tensor& kept) {
  // Nothing reads the other tokens after the last block, so it makes the class token alone.
  at::Tensor x = embed(pictures, kept);
  for (std::size_t i = 0; i + 1 < blocks_.size(); ++i) x = blocks_[i]->forward(x);
  const at::Tensor token =
      ln_post_->forward(blocks_.back()->forward_first(x).squeeze(1));  // [N, D]
  const WithoutAutocast full_precision;
  return at::matmul(widened(token), proj_);
}

at::Tensor ClipVitTrunk::patch_mean(const at::Tensor& pictures) {
  at::Tensor x = embed(pictures, {});
  for (const auto& block : blocks_) x = block->forward(x);
  return widened(ln_post_->forward(x.slice(1, 1)).mean(1));
}

at::Tensor ClipVitTrunk::draw_kept(const at::Tensor& pictures, double mask) const {
  // Asked of a child: training mode does not reach a trunk itself.
  if (!conv1_->is_training() || mask == 0) return {};
  const std::int64_t patches = positional_embedding_.size(0) - 1;
  return kept_patches(draw_mask_noise(pictures.size(0), patches), mask).to(pictures.device());
}

ClipVitNetwork::ClipVitNetwork(const ModelOptions& model,
                               const Vocabulary& vocabulary,
                               const InputOptions& input)
    : ClipVitNetwork(
          with_named_size(model),
          vocabulary,
          input,
          std::make_shared<ClipVitTrunk>(clip_vit_options(with_named_size(model), input))) {}

ClipVitNetwork::ClipVitNetwork(const ModelOptions& model,
                               const Vocabulary& vocabulary,
                               const InputOptions& input,
                               const std::shared_ptr<ClipVitTrunk>& trunk)
    : CnnNetwork(model, vocabulary, input, trunk, "head"), trunk_(trunk) {}

Outputs ClipVitNetwork::forward(const at::Tensor& pictures) {
  return outputs_of(trunk_->read(pictures, trunk_->draw_kept(pictures, options().mask)));
}

at::Tensor ClipVitNetwork::patch_mean(const at::Tensor& pictures) {
  return trunk_->patch_mean(pictures);
}

std::int64_t ClipVitNetwork::layer_of(std::string_view parameter) const {
  const auto parts = split(parameter, '.');
  if (parts[0] == "transformer" && parts.size() > 2) return parse_integer(parts[2]).value_or(0) + 1;
  const bool embedding = parts[0] == "class_embedding" || parts[0] == "positional_embedding" ||
                         parts[0] == "conv1" || parts[0] == "ln_pre";
  return embedding ? 0 : layers() - 1;
}

std::int64_t ClipVitNetwork::layers() const {
  return trunk_->options().size.depth + 2;
}

Backbone ClipVitNetwork::backbone() {
  return {this,
          {"class_embedding",
           "positional_embedding",
           "proj",
           "conv1.",
           "ln_pre.",
           "transformer.",
           "ln_post."},
          {},
          {"visual."}};
}

}  // namespace mien
