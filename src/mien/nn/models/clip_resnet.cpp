#include "mien/nn/models/clip_resnet.h"

#include <array>
#include <cmath>
#include <string>
#include <utility>

#include <ATen/TensorOperators.h>
#include <ATen/ops/avg_pool2d.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/relu.h>
#include <ATen/ops/scaled_dot_product_attention.h>

#include "mien/error.h"
#include "mien/nn/layers/initialise.h"
#include "mien/nn/layers/named_children.h"

namespace mien {
namespace {

constexpr std::array<std::int64_t, 4> kClipBlocks = {3, 4, 6, 3};
constexpr std::int64_t kClipExpansion = 4;
constexpr std::int64_t kClipHeadWidth = 64;
constexpr std::int64_t kClipEmbedding = 1024;
/// What the pooling after the stem and the stages with a stride make of a side.
constexpr std::int64_t kClipPooling = 16;

at::Tensor pooled_for_stride(const at::Tensor& x, std::int64_t stride) {
  return stride == 1 ? x : at::avg_pool2d(x, {stride, stride});
}

}  // namespace

std::int64_t ClipResNetOptions::grid() const {
  return (picture + 1) / 2 / kClipPooling;
}

ClipResNetOptions clip_resnet_options(const ModelOptions& model, const InputOptions& input) {
  ClipResNetOptions options;
  options.width = model.clip_width;
  options.embedding = model.clip_embedding > 0 ? model.clip_embedding : kClipEmbedding;
  options.picture = input.size;
  if (options.width % 2 != 0) {
    throw OptionError("model.clip_width",
                      "model.clip_width: the stem has half as many channels: an even number");
  }
  if (model.position != "learned") {
    throw OptionError("model.position", "model.position: CLIP's positions are learned");
  }
  if (options.grid() < 1) {
    throw OptionError("input.size",
                      "input.size: clip-rn50 halves pictures five times: at least " +
                          std::to_string(2 * kClipPooling - 1) + " pixels are needed");
  }
  return options;
}

ClipBottleneck::ClipBottleneck(std::int64_t in, std::int64_t narrow, std::int64_t stride)
    : stride_(stride) {
  const std::int64_t out = kClipExpansion * narrow;
  const auto point = [](std::int64_t from, std::int64_t to) {
    return std::make_shared<Conv2d>(ConvShape{.in = from, .out = to, .kernel = {1, 1}});
  };
  conv1_ = register_module("conv1", point(in, narrow));
  bn1_ = register_module("bn1", std::make_shared<BatchNorm>(narrow));
  conv2_ =
      register_module("conv2", std::make_shared<Conv2d>(ConvShape{.in = narrow, .out = narrow}));
  bn2_ = register_module("bn2", std::make_shared<BatchNorm>(narrow));
  conv3_ = register_module("conv3", point(narrow, out));
  bn3_ = register_module("bn3", std::make_shared<BatchNorm>(out));
  // As published: a fresh block changes nothing.
  fill_constant(bn3_->weight.detach(), 0);
  if (stride == 1 && in == out) return;
  const auto projection = register_module("downsample", std::make_shared<NamedChildren>());
  shortcut_ = projection->add("0", point(in, out));
  shortcut_norm_ = projection->add("1", std::make_shared<BatchNorm>(out));
}

at::Tensor ClipBottleneck::forward(const at::Tensor& x) {
  at::Tensor y = at::relu(bn1_->forward(conv1_->forward(x)));
  y = at::relu(bn2_->forward(conv2_->forward(y)));
  y = bn3_->forward(conv3_->forward(pooled_for_stride(y, stride_)));
  if (!shortcut_) return at::relu(y + x);
  return at::relu(y + shortcut_norm_->forward(shortcut_->forward(pooled_for_stride(x, stride_))));
}

AttentionPool::AttentionPool(std::int64_t channels,
                             std::int64_t heads,
                             std::int64_t embedding,
                             std::int64_t grid)
    : heads_(heads) {
  const double deviation = 1 / std::sqrt(static_cast<double>(channels));
  positional_embedding_ = register_parameter(
      "positional_embedding", fill_normal(at::empty({1 + grid * grid, channels}), deviation));
  const auto linear = [&](const char* name, std::int64_t out) {
    return register_module(
        name, std::make_shared<Linear>(channels, out, Linear::Start::kNormal, deviation));
  };
  k_proj_ = linear("k_proj", channels);
  q_proj_ = linear("q_proj", channels);
  v_proj_ = linear("v_proj", channels);
  c_proj_ = linear("c_proj", embedding);
}

at::Tensor AttentionPool::forward(const at::Tensor& x) {
  const at::Tensor places = x.flatten(2).transpose(1, 2);  // [N, h * w, C]
  const at::Tensor tokens =
      at::cat({places.mean(1, /*keepdim=*/true), places}, 1) + positional_embedding_;
  const auto heads = [&](const at::Tensor& projected) {
    return projected.unflatten(2, {heads_, -1}).transpose(1, 2);  // [N, H, L, C / H]
  };
  const at::Tensor seen =
      at::scaled_dot_product_attention(heads(q_proj_->forward(tokens.slice(1, 0, 1))),
                                       heads(k_proj_->forward(tokens)),
                                       heads(v_proj_->forward(tokens)));  // [N, H, 1, C / H]
  return c_proj_->forward(seen.flatten(1));
}

ClipResNetTrunk::ClipResNetTrunk(const ClipResNetOptions& options) : embedding_(options.embedding) {
  const std::int64_t width = options.width;
  const std::array<std::int64_t, 4> channels = {3, width / 2, width / 2, width};
  stem_.reserve(channels.size() - 1);
  stem_norms_.reserve(channels.size() - 1);
  for (std::size_t i = 0; i + 1 < channels.size(); ++i) {
    const std::string number = std::to_string(i + 1);
    const ConvShape shape = {.in = channels[i], .out = channels[i + 1], .stride = i == 0 ? 2 : 1};
    stem_.push_back(register_module("conv" + number, std::make_shared<Conv2d>(shape)));
    stem_norms_.push_back(register_module("bn" + number, std::make_shared<BatchNorm>(shape.out)));
  }
  std::int64_t in = width;
  for (std::size_t stage = 0; stage < kClipBlocks.size(); ++stage) {
    const auto list =
        register_module("layer" + std::to_string(stage + 1), std::make_shared<NamedChildren>());
    const std::int64_t narrow = width << stage;
    for (std::int64_t i = 0; i < kClipBlocks[stage]; ++i) {
      const std::int64_t stride = stage > 0 && i == 0 ? 2 : 1;
      blocks_.push_back(
          list->add(std::to_string(i), std::make_shared<ClipBottleneck>(in, narrow, stride)));
      in = kClipExpansion * narrow;
    }
  }
  attnpool_ = register_module(
      "attnpool",
      std::make_shared<AttentionPool>(in, in / kClipHeadWidth, options.embedding, options.grid()));
}

at::Tensor ClipResNetTrunk::forward(const at::Tensor& pictures) {
  at::Tensor x = pictures;
  for (std::size_t i = 0; i < stem_.size(); ++i) {
    x = at::relu(stem_norms_[i]->forward(stem_[i]->forward(x)));
  }
  x = pooled_for_stride(x, 2);
  for (const auto& block : blocks_) x = block->forward(x);
  return attnpool_->forward(x);
}

ClipResNetNetwork::ClipResNetNetwork(const ModelOptions& model,
                                     const Vocabulary& vocabulary,
                                     const InputOptions& input)
    : CnnNetwork(model,
                 vocabulary,
                 input,
                 std::make_shared<ClipResNetTrunk>(clip_resnet_options(model, input)),
                 "head") {}

Backbone ClipResNetNetwork::backbone() {
  Backbone backbone = CnnNetwork::backbone();
  backbone.prefixes = {"visual."};
  return backbone;
}

}  // namespace mien
