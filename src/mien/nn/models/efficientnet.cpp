#include "mien/nn/models/efficientnet.h"

#include <algorithm>
#include <cmath>
#include <iterator>

#include <ATen/ops/silu.h>

#include "mien/nn/layers/dropout.h"
#include "mien/nn/layers/named_children.h"
#include "mien/nn/layers/precision.h"

namespace mien {
namespace {

constexpr std::int64_t kStem = 32;
constexpr std::int64_t kHead = 1280;
constexpr double kTensorflowEps = 1e-3;

/// A stage of B0 (table 1 of the paper).
struct StageShape {
  std::int64_t blocks;
  std::int64_t channels;
  std::int64_t kernel;
  std::int64_t stride;  ///< of its first block
  std::int64_t expansion;
};
constexpr StageShape kB0Stages[] = {
    {1, 16, 3, 1, 1},
    {2, 24, 3, 2, 6},
    {2, 40, 5, 2, 6},
    {3, 80, 3, 2, 6},
    {3, 112, 5, 1, 6},
    {4, 192, 5, 2, 6},
    {1, 320, 3, 1, 6},
};

/// Channels times `factor`, to the nearest multiple of 8 that is not a tenth less.
std::int64_t scaled_channels(std::int64_t channels, double factor) {
  constexpr std::int64_t kStep = 8;
  constexpr double kLeast = 0.9;
  const double wanted = static_cast<double>(channels) * factor;
  const double half_step = static_cast<double>(kStep) / 2;
  const std::int64_t nearest = static_cast<std::int64_t>(wanted + half_step) / kStep * kStep;
  const std::int64_t rounded = std::max(kStep, nearest);
  return static_cast<double>(rounded) < kLeast * wanted ? rounded + kStep : rounded;
}

std::int64_t scaled_blocks(std::int64_t blocks, double factor) {
  return static_cast<std::int64_t>(std::ceil(static_cast<double>(blocks) * factor));
}

}  // namespace

EfficientNetOptions efficientnet_options(const ModelOptions& model) {
  EfficientNetOptions options;
  options.dropout = 0.2;
  if (model.name == "efficientnet-b2") {
    options.width = 1.1;
    options.depth = 1.2;
    options.dropout = 0.3;
  }
  options.drop_path = model.drop_path;
  if (model.efficientnet == "tf") options.style = {Padding::kSame, kTensorflowEps};
  return options;
}

EfficientNetTrunk::EfficientNetTrunk(const EfficientNetOptions& options)
    : dropout_(options.dropout) {
  const std::int64_t stem = scaled_channels(kStem, options.width);
  conv_stem_ =
      register_module("conv_stem",
                      std::make_shared<Conv2d>(ConvShape{
                          .in = 3, .out = stem, .stride = 2, .padding = options.style.padding}));
  bn1_ = register_module("bn1", std::make_shared<BatchNorm>(stem, options.style.norm_eps));
  add_stages(options);
  const std::int64_t head = scaled_channels(kHead, options.width);
  conv_head_ = register_module(
      "conv_head",
      std::make_shared<Conv2d>(ConvShape{
          .in = scaled_channels(kB0Stages[std::size(kB0Stages) - 1].channels, options.width),
          .out = head,
          .kernel = {1, 1}}));
  bn2_ = register_module("bn2", std::make_shared<BatchNorm>(head, options.style.norm_eps));
}

void EfficientNetTrunk::add_stages(const EfficientNetOptions& options) {
  std::int64_t all = 0;
  for (const StageShape& stage : kB0Stages) all += scaled_blocks(stage.blocks, options.depth);
  blocks_.reserve(static_cast<std::size_t>(all));
  const auto list = register_module("blocks", std::make_shared<NamedChildren>());
  std::int64_t channels = scaled_channels(kStem, options.width);
  for (std::size_t s = 0; s < std::size(kB0Stages); ++s) {
    const StageShape& stage = kB0Stages[s];
    const auto place = list->add(std::to_string(s), std::make_shared<NamedChildren>());
    const std::int64_t out = scaled_channels(stage.channels, options.width);
    for (std::int64_t b = 0; b < scaled_blocks(stage.blocks, options.depth); ++b) {
      // As timm has it the last block does not reach the full rate.
      const double rate =
          options.drop_path * static_cast<double>(blocks_.size()) / static_cast<double>(all);
      const InvertedShape shape = {
          channels, out, stage.kernel, b == 0 ? stage.stride : 1, stage.expansion};
      blocks_.push_back(place->add(std::to_string(b),
                                   std::make_shared<InvertedResidual>(shape, options.style, rate)));
      channels = out;
    }
  }
}

at::Tensor EfficientNetTrunk::forward(const at::Tensor& pictures) {
  at::Tensor x = at::silu(bn1_->forward(conv_stem_->forward(pictures)));  // [N, 32, S/2, S/2]
  for (const auto& block : blocks_) x = block->forward(x);
  x = at::silu(bn2_->forward(conv_head_->forward(x)));  // [N, C, S/32, S/32]
  const at::Tensor average = widened(x).mean({2, 3});   // [N, C]
  return dropout(average, bn2_->is_training() ? dropout_ : 0);
}

EfficientNet::EfficientNet(const ModelOptions& model,
                           const Vocabulary& vocabulary,
                           const InputOptions& input)
    : CnnNetwork(model,
                 vocabulary,
                 input,
                 std::make_shared<EfficientNetTrunk>(efficientnet_options(model)),
                 "classifier") {}

}  // namespace mien
