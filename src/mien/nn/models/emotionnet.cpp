#include "mien/nn/models/emotionnet.h"

#include <algorithm>
#include <array>
#include <iterator>

#include <ATen/TensorOperators.h>
#include <ATen/ops/addcmul.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/matmul.h>
#include <ATen/ops/relu.h>
#include <ATen/ops/sigmoid.h>
#include <ATen/ops/stack.h>

#include "mien/error.h"
#include "mien/nn/layers/dropout.h"
#include "mien/nn/layers/initialise.h"
#include "mien/nn/layers/position.h"
#include "mien/nn/layers/precision.h"

namespace mien {
namespace {

/// The regions without a label, after those of ABAW's units.
constexpr std::array kHiddenRegions = {"AU05", "AU09", "AU14", "AU16", "AU17"};
constexpr std::int64_t kWidth = RegionVector::kWidth;
constexpr std::int64_t kAttentionGrowth = 4;  // channels a region before its map
constexpr double kPositionDropout = 0.3;
constexpr PostNormShape kRelations = {.width = kWidth, .heads = 8, .hidden = 1024, .dropout = 0.1};

std::shared_ptr<Conv2d> make_conv(std::int64_t in, std::int64_t out, std::int64_t kernel) {
  return std::make_shared<Conv2d>(
      ConvShape{.in = in, .out = out, .kernel = {kernel, kernel}, .bias = true});
}

std::shared_ptr<Linear> make_linear(std::int64_t out) {
  return std::make_shared<Linear>(kWidth, out, Linear::Start::kFanIn);
}

}  // namespace

std::vector<std::string> emotionnet_regions(const Vocabulary& vocabulary) {
  std::vector<std::string> paper = abaw_mtl_vocabulary().action_units;
  paper.insert(paper.end(), kHiddenRegions.begin(), kHiddenRegions.end());
  const std::vector<std::string>& labelled = vocabulary.action_units;
  std::vector<std::string> regions = labelled;
  std::copy_if(
      paper.begin(), paper.end(), std::back_inserter(regions), [&](const std::string& unit) {
        return std::find(labelled.begin(), labelled.end(), unit) == labelled.end();
      });
  return regions;
}

RegionAttention::RegionAttention(std::int64_t regions) {
  const std::int64_t wide = kAttentionGrowth * regions;
  const auto convs = register_module("AU_attention_convs", std::make_shared<NamedChildren>());
  conv0_ = convs->add("0", make_conv(InceptionBase::kChannels, wide, 3));
  norm1_ = convs->add("1", std::make_shared<BatchNorm>(wide));
  conv3_ = convs->add("3", make_conv(wide, regions, 1));
  norm4_ = convs->add("4", std::make_shared<BatchNorm>(regions));
  map_ = register_module("AU_attention_map_module", std::make_shared<NamedChildren>())
             ->add("0", make_conv(regions, regions, 1));
}

at::Tensor RegionAttention::forward(const at::Tensor& x) {
  const at::Tensor wide = at::relu(norm1_->forward(conv0_->forward(x)));     // [N, 4 R, h, w]
  const at::Tensor each = at::relu(norm4_->forward(conv3_->forward(wide)));  // [N, R, h, w]
  return at::sigmoid(map_->forward(each));
}

RegionVector::RegionVector() {
  const auto first = register_module("Conv1", std::make_shared<NamedChildren>());
  conv1_ = first->add("0", make_conv(InceptionBase::kChannels, kWidth, 3));
  norm1_ = first->add("1", std::make_shared<BatchNorm>(kWidth));
  const auto second = register_module("Conv2", std::make_shared<NamedChildren>());
  conv2_ = second->add("0", make_conv(kWidth, kWidth, 1));
  norm2_ = second->add("1", std::make_shared<BatchNorm>(kWidth));
  fc_ = register_module("fc", make_linear(kWidth));
}

at::Tensor RegionVector::forward(const at::Tensor& x, const at::Tensor& attention) {
  const at::Tensor attended = at::addcmul(x, x, attention);             // x * a + x
  at::Tensor y = at::relu(norm1_->forward(conv1_->forward(attended)));  // [N, 16, h, w]
  y = at::relu(norm2_->forward(conv2_->forward(y)));
  const WithoutAutocast full_precision;
  return fc_->forward(widened(y).mean({2, 3}));
}

RegionRelations::RegionRelations(std::int64_t regions,
                                 std::int64_t units,
                                 NamedChildren& classifiers)
    : positions_(sequence_positions(regions, kWidth)),
      block_(register_module("MHA", std::make_shared<PostNormBlock>(kRelations))),
      rows_(
          classifiers.add("0", std::make_shared<NamedChildren>())->add("fc", make_linear(units))) {}

at::Tensor RegionRelations::forward(const at::Tensor& vectors) {
  at::Tensor x = vectors + positions_.to(vectors.options());
  if (block_->is_training()) x = dropout(x, kPositionDropout);
  const at::Tensor related = block_->forward(x).slice(1, 0, rows_->weight.size(0));  // [N, U, 16]
  return (related * rows_->weight).sum(2) + rows_->bias;
}

RegionEmotions::RegionEmotions(std::int64_t regions,
                               const Vocabulary& vocabulary,
                               bool average_predictions,
                               NamedChildren& classifiers)
    : average_predictions_(average_predictions) {
  const auto list = register_module("transformation_matrices", std::make_shared<NamedChildren>());
  matrices_.reserve(static_cast<std::size_t>(regions));
  for (std::int64_t r = 0; r < regions; ++r) {
    const auto layer = list->add(std::to_string(r), std::make_shared<NamedChildren>());
    matrices_.push_back(layer->register_parameter(
        "weight", fill_uniform_fan_in(at::empty({kWidth, kWidth}), kWidth)));
  }
  const auto classes = static_cast<std::int64_t>(vocabulary.expressions.size());
  if (classes > 0) expression_ = classifiers.add("1", make_linear(classes));
  if (vocabulary.valence_arousal) affect_ = classifiers.add("2", make_linear(2));
}

at::Tensor RegionEmotions::averaged(const at::Tensor& moved, Linear& classifier) const {
  // One layer for all regions: the two differ in rounding alone.
  if (average_predictions_) return classifier.forward(moved).mean(1);
  return classifier.forward(moved.mean(1));
}

void RegionEmotions::read(const at::Tensor& vectors, Outputs& outputs) {
  const at::Tensor turned = at::stack(matrices_).transpose(1, 2);                // [R, 16, 16]
  const at::Tensor moved = at::matmul(vectors.unsqueeze(2), turned).squeeze(2);  // [N, R, 16]
  if (expression_) outputs.expression = averaged(moved, *expression_);
  if (affect_) outputs.valence_arousal = averaged(moved, *affect_);
}

EmotionNetwork::EmotionNetwork(const ModelOptions& model,
                               const Vocabulary& vocabulary,
                               const InputOptions& input)
    : Network(model, vocabulary, input) {
  InceptionBase::check_side(input, 1, "emotionnet");
  const auto units = static_cast<std::int64_t>(vocabulary.action_units.size());
  const bool emotions = !vocabulary.expressions.empty() || vocabulary.valence_arousal;
  if (units == 0 && !emotions) {
    throw UsageError("the network emotionnet has nothing to learn: an empty vocabulary");
  }
  const auto regions = static_cast<std::int64_t>(emotionnet_regions(vocabulary).size());
  trunk_ = register_module("backbone_CNN", std::make_shared<InceptionBase>());
  attention_ = std::make_shared<RegionAttention>(regions);
  adopt(*this, *attention_);
  const auto list = register_module("AU_Metric_Modules", std::make_shared<NamedChildren>());
  vectors_.reserve(static_cast<std::size_t>(regions));
  for (std::int64_t r = 0; r < regions; ++r) {
    vectors_.push_back(list->add(std::to_string(r), std::make_shared<RegionVector>()));
  }
  const auto classifiers = std::make_shared<NamedChildren>();
  if (units > 0) {
    relations_ = std::make_shared<RegionRelations>(regions, units, *classifiers);
    adopt(*this, *relations_);
  }
  if (emotions) {
    emotions_ = std::make_shared<RegionEmotions>(
        regions, vocabulary, model.region_average == "predictions", *classifiers);
    adopt(*this, *emotions_);
  }
  register_module("emotion_classifiers", classifiers);
}

Outputs EmotionNetwork::forward(const at::Tensor& pictures) {
  // Channels last spares the convolutions a reordering each.
  return read(trunk_->forward(pictures.contiguous(at::MemoryFormat::ChannelsLast)));
}

Outputs EmotionNetwork::read(const at::Tensor& map) {
  const at::Tensor attention = attention_->forward(map);  // [N, R, h, w]
  std::vector<at::Tensor> each;
  each.reserve(vectors_.size());
  for (std::size_t r = 0; r < vectors_.size(); ++r) {
    const auto region = static_cast<std::int64_t>(r);
    each.push_back(vectors_[r]->forward(map, attention.slice(1, region, region + 1)));
  }
  const WithoutAutocast full_precision;
  const at::Tensor vectors = at::stack(each, 1);  // [N, R, 16]
  Outputs outputs;
  outputs.features = vectors.flatten(1);
  if (relations_) outputs.action_units = relations_->forward(vectors);
  if (emotions_) emotions_->read(vectors, outputs);
  return outputs;
}

Backbone EmotionNetwork::backbone() {
  // A file of InceptionV3 has the trunk's names as they are, one of this network below its own.
  Backbone backbone{trunk_.get(), {}, {}, {"backbone_CNN.", ""}};
  const auto children = trunk_->named_children();
  backbone.parts.reserve(children.size());
  for (const auto& child : children) backbone.parts.push_back(child.key() + ".");
  return backbone;
}

std::int64_t EmotionNetwork::layer_of(std::string_view parameter) const {
  return parameter.starts_with("backbone_CNN.") ? 0 : 1;
}

}  // namespace mien
