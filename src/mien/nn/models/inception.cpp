#include "mien/nn/models/inception.h"

#include <string>
#include <utility>

#include <ATen/ops/avg_pool2d.h>
#include <ATen/ops/max_pool2d.h>

#include "mien/error.h"
#include "mien/nn/layers/dropout.h"
#include "mien/nn/layers/precision.h"
#include "mien/nn/models/vit.h"

namespace mien {
namespace {

constexpr double kDropout = 0.5;
constexpr const char* kWithoutAuxiliary = "; smaller ones do without it (model.auxiliary=false)";

/// What 3x3 with stride 2 leaves of a side when it stays inside the map.
std::int64_t halved(std::int64_t side) {
  return side < 3 ? 0 : (side - 3) / 2 + 1;
}
std::int64_t doubled(std::int64_t side) {
  return 2 * side + 1;
}

at::Tensor pool_largest(const at::Tensor& x) {
  return at::max_pool2d(x, {3, 3}, {2, 2});
}

}  // namespace

InceptionBase::InceptionBase() {
  const auto conv = [&](const char* name,
                        std::int64_t in,
                        std::int64_t out,
                        std::int64_t kernel,
                        std::int64_t stride,
                        Padding padding) {
    stem_.push_back(
        register_module(name,
                        std::make_shared<InceptionConv>(ConvShape{.in = in,
                                                                  .out = out,
                                                                  .kernel = {kernel, kernel},
                                                                  .stride = stride,
                                                                  .padding = padding})));
  };
  conv("Conv2d_1a_3x3", 3, 32, 3, 2, Padding::kNone);
  conv("Conv2d_2a_3x3", 32, 32, 3, 1, Padding::kNone);
  conv("Conv2d_2b_3x3", 32, 64, 3, 1, Padding::kHalf);
  conv("Conv2d_3b_1x1", 64, 80, 1, 1, Padding::kNone);
  conv("Conv2d_4a_3x3", 80, 192, 3, 1, Padding::kNone);
  const auto block = [&](const char* name, std::shared_ptr<InceptionBlock> made) {
    blocks_.push_back(register_module(name, std::move(made)));
  };
  block("Mixed_5b", inception_a(192, 32));
  block("Mixed_5c", inception_a(256, 64));
  block("Mixed_5d", inception_a(288, 64));
  block("Mixed_6a", inception_b(288));
  block("Mixed_6b", inception_c(kChannels, 128));
  block("Mixed_6c", inception_c(kChannels, 160));
  block("Mixed_6d", inception_c(kChannels, 160));
  block("Mixed_6e", inception_c(kChannels, 192));
}

at::Tensor InceptionBase::forward(const at::Tensor& pictures) {
  constexpr std::size_t kFirstPooling = 3;  // convolutions before it
  at::Tensor x = pictures;
  for (std::size_t i = 0; i < stem_.size(); ++i) {
    if (i == kFirstPooling) x = pool_largest(x);
    x = stem_[i]->forward(x);
  }
  x = pool_largest(x);
  for (const auto& block : blocks_) x = block->forward(x);
  return x;
}

std::int64_t InceptionBase::side(std::int64_t picture) {
  const std::int64_t first = halved(halved(picture) - 2);  // to the first pooling, inclusive
  return halved(halved(first - 2));                        // the second, and Mixed_6a
}

std::int64_t InceptionBase::picture_of(std::int64_t side) {
  const std::int64_t first = doubled(doubled(side)) + 2;
  return doubled(doubled(first) + 2);
}

InceptionTrunk::InceptionTrunk() : base_(std::make_shared<InceptionBase>()) {
  adopt(*this, *base_);
  blocks_ = {register_module("Mixed_7a", inception_d(InceptionBase::kChannels)),
             register_module("Mixed_7b", inception_e(1280)),
             register_module("Mixed_7c", inception_e(2048))};
}

at::Tensor InceptionTrunk::upper(const at::Tensor& map) {
  at::Tensor x = map;
  for (const auto& block : blocks_) x = block->forward(x);
  x = widened(x).mean({2, 3});
  return blocks_.back()->is_training() ? dropout(x, kDropout) : x;
}

InceptionAuxiliary::InceptionAuxiliary(std::int64_t outputs)
    : conv0_(register_module("conv0",
                             std::make_shared<InceptionConv>(ConvShape{
                                 .in = InceptionBase::kChannels, .out = 128, .kernel = {1, 1}}))),
      conv1_(register_module(
          "conv1",
          std::make_shared<InceptionConv>(
              ConvShape{.in = 128, .out = 768, .kernel = {5, 5}, .padding = Padding::kNone}))),
      fc_(register_module("fc", std::make_shared<Linear>(768, outputs, Linear::Start::kFanIn))) {}

at::Tensor InceptionAuxiliary::forward(const at::Tensor& map) {
  const at::Tensor coarse = at::avg_pool2d(map, {5, 5}, {3, 3});  // [N, 768, 5, 5] of 17
  const at::Tensor last = conv1_->forward(conv0_->forward(coarse));
  const WithoutAutocast full_precision;
  return fc_->forward(widened(last).mean({2, 3}));
}

void InceptionBase::check_side(const InputOptions& input,
                               std::int64_t least,
                               const std::string& reader,
                               const std::string& advice) {
  if (side(input.size) >= least) return;
  throw OptionError("input.size",
                    "input.size = " + std::to_string(input.size) + ": " + reader +
                        " needs pictures of at least " + std::to_string(picture_of(least)) +
                        " pixels" + advice);
}

InceptionNetwork::InceptionNetwork(const ModelOptions& model,
                                   const Vocabulary& vocabulary,
                                   const InputOptions& input)
    : InceptionNetwork(model, vocabulary, input, std::make_shared<InceptionTrunk>()) {}

InceptionNetwork::InceptionNetwork(const ModelOptions& model,
                                   const Vocabulary& vocabulary,
                                   const InputOptions& input,
                                   std::shared_ptr<InceptionTrunk> trunk)
    : CnnNetwork(model, vocabulary, input, trunk, "fc"), trunk_(std::move(trunk)) {
  InceptionBase::check_side(input, InceptionTrunk::kLeastSide, "inception-v3");
  if (!model.auxiliary) return;
  InceptionBase::check_side(input,
                            InceptionAuxiliary::kLeastSide,
                            "the auxiliary head of inception-v3",
                            kWithoutAuxiliary);
  auxiliary_ = register_module(
      "AuxLogits",
      std::make_shared<InceptionAuxiliary>(output_count(vocabulary, vocabulary.valence_arousal)));
}

Outputs InceptionNetwork::forward(const at::Tensor& pictures) {
  const at::Tensor map = trunk_->lower(pictures.contiguous(at::MemoryFormat::ChannelsLast));
  Outputs outputs = outputs_of(trunk_->upper(map));
  if (auxiliary_ && auxiliary_->is_training()) {
    outputs.auxiliary.push_back(
        split_outputs(auxiliary_->forward(map), vocabulary(), vocabulary().valence_arousal));
  }
  return outputs;
}

Backbone InceptionNetwork::backbone() {
  Backbone backbone = CnnNetwork::backbone();
  if (auxiliary_) {
    for (const char* part : {"AuxLogits.conv0.", "AuxLogits.conv1."}) {
      backbone.parts.emplace_back(part);
      backbone.optional.emplace_back(part);
    }
  }
  return backbone;
}

std::int64_t InceptionNetwork::layer_of(std::string_view parameter) const {
  return parameter.starts_with("AuxLogits.fc.") ? 1 : CnnNetwork::layer_of(parameter);
}

}  // namespace mien
