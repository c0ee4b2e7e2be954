#include "mien/nn/models/cnn.h"

#include <utility>

#include "mien/error.h"
#include "mien/nn/layers/named_children.h"
#include "mien/nn/layers/precision.h"
#include "mien/nn/models/vit.h"

namespace mien {
CnnNetwork::CnnNetwork(const ModelOptions& model,
                       const Vocabulary& vocabulary,
                       const InputOptions& input,
                       std::shared_ptr<CnnTrunk> trunk,
                       const std::string& head)
    : Network(model, vocabulary, input), trunk_(std::move(trunk)), head_name_(head) {
  const std::int64_t outputs = output_count(vocabulary, vocabulary.valence_arousal);
  if (outputs == 0) {
    throw UsageError("the network " + model.name + " has nothing to learn: an empty vocabulary");
  }
  adopt(*this, *trunk_);
  head_ = register_module(
      head, std::make_shared<Linear>(trunk_->width(), outputs, Linear::Start::kFanIn));
}

Outputs CnnNetwork::outputs_of(const at::Tensor& features) {
  const WithoutAutocast full_precision;
  const at::Tensor wide = widened(features);
  Outputs outputs = split_outputs(head_->forward(wide), vocabulary(), vocabulary().valence_arousal);
  outputs.features = wide;
  return outputs;
}

Outputs CnnNetwork::forward(const at::Tensor& pictures) {
  // Channels last spares the convolutions a reordering each.
  return outputs_of(trunk_->forward(pictures.contiguous(at::MemoryFormat::ChannelsLast)));
}

Backbone CnnNetwork::backbone() {
  Backbone backbone{this, {}, {}, {""}};
  for (const auto& child : trunk_->named_children()) backbone.parts.push_back(child.key() + ".");
  return backbone;
}

std::int64_t CnnNetwork::layer_of(std::string_view parameter) const {
  return parameter.starts_with(head_name_) ? 1 : 0;
}

}  // namespace mien
