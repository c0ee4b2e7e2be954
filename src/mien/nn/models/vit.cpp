#include "mien/nn/models/vit.h"

#include <ATen/ops/relu.h>

#include "mien/error.h"
#include "mien/nn/layers/masking.h"
#include "mien/nn/layers/precision.h"

namespace mien {

// A single linear head starts near zero, as MAE's and the authors' fine-tuning have it.
constexpr double kSingleHeadDeviation = 2e-5;
constexpr double kHiddenHeadDeviation = 0.02;

VitWithHead::VitWithHead(const VitOptions& options, std::int64_t hidden, std::int64_t outputs)
    : trunk_(std::make_shared<VitTrunk>(options)) {
  adopt(*this, *trunk_);
  const std::int64_t width = options.size.width;
  if (hidden == 0) {
    last_ = register_module(
        "head",
        std::make_shared<Linear>(width, outputs, Linear::Start::kNormal, kSingleHeadDeviation));
    return;
  }
  const auto head = register_module("head", std::make_shared<NamedChildren>());
  first_ = head->add(
      "0", std::make_shared<Linear>(width, hidden, Linear::Start::kNormal, kHiddenHeadDeviation));
  last_ = head->add(
      "2", std::make_shared<Linear>(hidden, outputs, Linear::Start::kNormal, kHiddenHeadDeviation));
}

VitWithHead::Result VitWithHead::forward(const at::Tensor& pictures,
                                         double mask,
                                         const at::Tensor& added) {
  at::Tensor kept;
  if (trunk_->learns() && mask > 0) {
    kept = kept_patches(draw_mask_noise(pictures.size(0), trunk_->patches()), mask)
               .to(pictures.device());
  }
  return read({pictures, kept, added});
}

VitWithHead::Result VitWithHead::read(const VitTrunk::Seen& seen) {
  Result result;
  result.features = widened(trunk_->forward(seen));
  const WithoutAutocast full_precision;
  at::Tensor x = result.features;
  if (first_) x = at::relu(first_->forward(x));
  result.outputs = last_->forward(x);
  return result;
}

at::Tensor VitWithHead::patch_mean(const VitTrunk::Seen& seen) {
  return widened(trunk_->patch_mean(seen));
}

std::int64_t output_count(const Vocabulary& vocabulary, bool valence_arousal) {
  return (valence_arousal ? 2 : 0) + static_cast<std::int64_t>(vocabulary.expressions.size()) +
         static_cast<std::int64_t>(vocabulary.action_units.size());
}

Outputs split_outputs(const at::Tensor& scores,
                      const Vocabulary& vocabulary,
                      bool valence_arousal) {
  Outputs outputs;
  std::int64_t begin = 0;
  const auto take = [&](std::int64_t count) {
    begin += count;
    return count == 0 ? at::Tensor() : scores.slice(1, begin - count, begin);
  };
  outputs.valence_arousal = take(valence_arousal ? 2 : 0);
  outputs.expression = take(static_cast<std::int64_t>(vocabulary.expressions.size()));
  outputs.action_units = take(static_cast<std::int64_t>(vocabulary.action_units.size()));
  return outputs;
}

VitNetwork::VitNetwork(const ModelOptions& model,
                       const Vocabulary& vocabulary,
                       const InputOptions& input)
    : Network(model, vocabulary, input) {
  const std::int64_t outputs = output_count(vocabulary, vocabulary.valence_arousal);
  if (outputs == 0) throw UsageError("the network vit has nothing to learn: an empty vocabulary");
  body_ = std::make_shared<VitWithHead>(vit_options(model, input), model.head_hidden, outputs);
  adopt(*this, *body_);
}

Outputs VitNetwork::forward(const at::Tensor& pictures) {
  const VitWithHead::Result result = body_->forward(pictures, options().mask);
  Outputs outputs = split_outputs(result.outputs, vocabulary(), vocabulary().valence_arousal);
  outputs.features = result.features;
  return outputs;
}

at::Tensor VitNetwork::patch_mean(const at::Tensor& pictures) {
  return body_->patch_mean({pictures});
}

std::int64_t VitNetwork::layer_of(std::string_view parameter) const {
  return VitTrunk::layer_of(parameter, body_->options().size.depth);
}

std::int64_t VitNetwork::layers() const {
  return body_->options().size.depth + 2;
}

Backbone VitNetwork::backbone() {
  return VitTrunk::backbone_in(*this);
}

}  // namespace mien
