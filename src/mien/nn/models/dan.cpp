#include "mien/nn/models/dan.h"

#include <array>

#include <ATen/ops/log_softmax.h>
#include <ATen/ops/max_pool2d.h>
#include <ATen/ops/relu.h>
#include <ATen/ops/sigmoid.h>
#include <ATen/ops/stack.h>

#include "mien/error.h"
#include "mien/nn/layers/precision.h"

namespace mien {

constexpr std::int64_t kStages = 4;
constexpr std::int64_t kChannelReduction = 16;
constexpr double kAttentionDeviation = 0.001;

namespace {

Vocabulary expressions_of(const Vocabulary& vocabulary) {
  Vocabulary part;
  part.expressions = vocabulary.expressions;
  return part;
}

}  // namespace

CrossAttentionHead::CrossAttentionHead(std::int64_t channels) {
  const std::int64_t half = channels / 2;
  const auto spatial = register_module("sa", std::make_shared<NamedChildren>());
  const auto stage =
      [&](const char* name, std::int64_t in, std::int64_t out, std::array<std::int64_t, 2> kernel) {
        const auto pair = spatial->add(name, std::make_shared<NamedChildren>());
        return Stage{pair->add("0",
                               std::make_shared<Conv2d>(ConvShape{
                                   .in = in, .out = out, .kernel = kernel, .bias = true})),
                     pair->add("1", std::make_shared<BatchNorm>(out))};
      };
  conv1x1 = stage("conv1x1", channels, half, {1, 1});
  conv_3x3 = stage("conv_3x3", half, channels, {3, 3});
  conv_1x3 = stage("conv_1x3", half, channels, {1, 3});
  conv_3x1 = stage("conv_3x1", half, channels, {3, 1});
  const auto attention = register_module("ca", std::make_shared<NamedChildren>())
                             ->add("attention", std::make_shared<NamedChildren>());
  const std::int64_t narrow = channels / kChannelReduction;
  const auto linear = [](std::int64_t in, std::int64_t out) {
    return std::make_shared<Linear>(in, out, Linear::Start::kNormal, kAttentionDeviation);
  };
  narrow_ = attention->add("0", linear(channels, narrow));
  norm_ = attention->add("1", std::make_shared<BatchNorm>(narrow));
  widen_ = attention->add("3", linear(narrow, channels));
}

at::Tensor CrossAttentionHead::forward(const at::Tensor& x) {
  const at::Tensor y = conv1x1.forward(x);
  const at::Tensor attended =
      at::relu(conv_3x3.forward(y) + conv_1x3.forward(y) + conv_3x1.forward(y));
  const at::Tensor map = widened(attended).sum(1, /*keepdim=*/true);  // [N, 1, h, w]
  return channel_attention((x * map).mean({2, 3}));
}

at::Tensor CrossAttentionHead::channel_attention(const at::Tensor& average) {
  const WithoutAutocast full_precision;
  const at::Tensor x = widened(average);
  return x * at::sigmoid(widen_->forward(at::relu(norm_->forward(narrow_->forward(x)))));
}

Dan::Dan(const DanOptions& options) : options_(options) {
  const bool large = options.stem == "imagenet";
  const auto features = register_module("features", std::make_shared<NamedChildren>());
  ConvShape first = {.in = 3, .out = options.width};
  if (large) {
    first.kernel = {7, 7};
    first.stride = 2;
  }
  stem = features->add("0", std::make_shared<Conv2d>(first));
  stem_norm = features->add("1", std::make_shared<BatchNorm>(options.width));
  std::int64_t channels = options.width;
  for (std::int64_t stage = 0; stage < kStages; ++stage) {
    // Two layers without parameters (ReLU, pooling) hold the numbers 2 and 3.
    const auto list = features->add(std::to_string(4 + stage), std::make_shared<NamedChildren>());
    const std::int64_t out = options.width << stage;
    for (std::size_t i = 0; i < kDanBlocksAStage; ++i) {
      const std::int64_t stride = stage > 0 && i == 0 ? 2 : 1;
      blocks.push_back(
          list->add(std::to_string(i), std::make_shared<ResidualBlock>(channels, out, stride)));
      channels = out;
    }
  }
  for (std::int64_t i = 0; i < options.heads; ++i) {
    heads.push_back(register_module("cat_head" + std::to_string(i),
                                    std::make_shared<CrossAttentionHead>(channels)));
  }
  fc_ = register_module("fc",
                        std::make_shared<Linear>(channels, options.classes, Linear::Start::kFanIn));
  bn_ = register_module("bn", std::make_shared<BatchNorm>(options.classes));
}

at::Tensor pool_stem(const at::Tensor& x) {
  return at::max_pool2d(x, {3, 3}, {2, 2}, {1, 1});
}

std::int64_t DanOptions::third_stage_side(std::int64_t picture) const {
  // The stem's convolution and its pooling, then the first block of each stage after the first.
  const std::int64_t halvings = (stem == "imagenet" ? 2 : 1) + kDanThirdStage;
  std::int64_t side = picture;
  for (std::int64_t i = 0; i < halvings; ++i) side = (side + 1) / 2;
  return side;
}

std::int64_t DanOptions::spatial_channels() const {
  return width << (kStages - 1);
}

std::int64_t DanOptions::third_stage_channels() const {
  return width << kDanThirdStage;
}

Dan::Result Dan::forward(const at::Tensor& pictures) {
  // Channels last spares the convolutions a reordering each: a fifth of a training step.
  const at::Tensor ordered = pictures.contiguous(at::MemoryFormat::ChannelsLast);
  at::Tensor x = pool_stem(at::relu(stem_norm->forward(stem->forward(ordered))));
  for (const auto& block : blocks) x = block->forward(x);
  std::vector<at::Tensor> attended;
  attended.reserve(heads.size());
  for (const auto& head : heads) attended.push_back(head->forward(x));
  Result result = classify(at::stack(attended, 1));
  result.spatial_features = x;
  return result;
}

Dan::Result Dan::classify(const at::Tensor& attended) {
  const WithoutAutocast full_precision;
  Result result;
  // Over a single head the softmax would be constant, so it is left out.
  result.heads = attended.size(1) > 1 ? at::log_softmax(attended, 1) : attended;
  result.fused = result.heads.sum(1);
  result.logits = bn_->forward(fc_->forward(result.fused));
  return result;
}

DanNetwork::DanNetwork(const ModelOptions& model,
                       const Vocabulary& vocabulary,
                       const InputOptions& input)
    : Network(model, expressions_of(vocabulary), input) {
  if (vocabulary.expressions.empty()) {
    throw UsageError("the network dan gives expressions alone, and the vocabulary has none");
  }
  body_ =
      std::make_shared<Dan>(DanOptions{model.dan_width,
                                       model.dan_stem,
                                       model.dan_heads,
                                       static_cast<std::int64_t>(vocabulary.expressions.size())});
  adopt(*this, *body_);
}

Outputs DanNetwork::forward(const at::Tensor& pictures) {
  const Dan::Result result = body_->forward(pictures);
  Outputs outputs;
  outputs.expression = result.logits;
  outputs.features = result.fused;
  outputs.attention_heads = result.heads;
  outputs.spatial_features = result.spatial_features;
  return outputs;
}

Backbone DanNetwork::backbone() {
  return {this, {"features."}, {}, {"cnn."}};
}

std::int64_t DanNetwork::spatial_channels() const {
  return body_->options().spatial_channels();
}

}  // namespace mien
