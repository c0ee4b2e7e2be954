#include "mien/nn/models/emma.h"

#include <string>

#include <ATen/ops/cat.h>
#include <ATen/ops/relu.h>
#include <ATen/ops/tensor.h>

#include "mien/affect/vocabulary.h"
#include "mien/error.h"
#include "mien/nn/layers/precision.h"

namespace mien {
namespace {

ModelOptions with_dan_classes(ModelOptions model) {
  if (model.dan_expressions.empty()) model.dan_expressions = affectnet_expressions();
  return model;
}

bool has_va_head(const ModelOptions& model, const Vocabulary& vocabulary) {
  return model.va_head && vocabulary.valence_arousal;
}

std::string side_by_side(std::int64_t side) {
  return std::to_string(side) + " x " + std::to_string(side);
}

/// For each expression of the vocabulary the DAN's class of that name; contempt stands in for a
/// missing "other".
std::vector<std::int64_t> dan_classes(const ModelOptions& model, const Vocabulary& vocabulary) {
  const std::vector<int> to =
      map_by_name(model.dan_expressions, vocabulary.expressions, default_renames());
  const std::vector<int> own = map_by_name(vocabulary.expressions, model.dan_expressions);
  std::vector<std::int64_t> index;
  for (std::size_t k = 0; k < vocabulary.expressions.size(); ++k) {
    std::int64_t found = own[k];
    for (std::size_t d = 0; d < to.size() && found < 0; ++d) {
      if (to[d] == static_cast<int>(k)) found = static_cast<std::int64_t>(d);
    }
    if (found < 0) {
      throw OptionError("model.expression",
                        "model.expression: p1+p2 needs every class in the DAN, and it has no '" +
                            vocabulary.expressions[k] + "'");
    }
    index.push_back(found);
  }
  return index;
}

}  // namespace

std::vector<std::string> affectnet_expressions() {
  return {"neutral", "happiness", "sadness", "surprise", "fear", "disgust", "anger", "contempt"};
}

EmmaNetwork::EmmaNetwork(const ModelOptions& model,
                         const Vocabulary& vocabulary,
                         const InputOptions& input)
    : Network(with_dan_classes(model), vocabulary, input) {
  const bool own_va = has_va_head(model, vocabulary);
  const std::int64_t scores = output_count(vocabulary, vocabulary.valence_arousal && !own_va);
  if (scores == 0) throw UsageError("emma needs expressions or action units in the vocabulary");
  vit_ = register_module(
      "vit", std::make_shared<VitWithHead>(vit_options(model, input), model.head_hidden, scores));
  const bool sum = model.expression == "p1+p2" && !vocabulary.expressions.empty();
  if (sum) dan_index_ = dan_classes(options(), vocabulary);
  if (!own_va && !sum && !model.dan_patches) return;
  const auto classes = static_cast<std::int64_t>(options().dan_expressions.size());
  add_dan({model.dan_width, model.dan_stem, model.dan_heads, classes});
  if (own_va) add_va_head(classes + scores);
}

void EmmaNetwork::add_dan(const DanOptions& dan) {
  cnn_ = register_module("cnn", std::make_shared<Dan>(dan));
  for (at::Tensor& parameter : cnn_->parameters()) parameter.requires_grad_(false);
  cnn_->train(false);
  frozen_dan_ = std::make_unique<FrozenDan>(cnn_);
  if (!options().dan_patches) return;
  const VitSize& size = vit_->options().size;
  const std::int64_t side = dan.third_stage_side(input().size);
  const std::int64_t grid = input().size / size.patch;
  if (side != grid) {
    throw OptionError("model.dan_patches",
                      "model.dan_patches: the DAN's third stage has " + side_by_side(side) +
                          " places for pictures of " + std::to_string(input().size) +
                          " pixels, and the transformer " + side_by_side(grid) +
                          " patches; choose model.vit's patch side (or input.size) so that they "
                          "are equal");
  }
  // From zero, so that a pretrained transformer begins as it is. A part of the transformer: it goes
  // where that goes.
  dan_embed_ = vit_->register_module(
      "dan_embed",
      std::make_shared<Linear>(
          dan.third_stage_channels(), size.width, Linear::Start::kNormal, /*deviation=*/0));
}

void EmmaNetwork::add_va_head(std::int64_t inputs) {
  const std::int64_t hidden = options().va_hidden;
  const auto head = register_module("va_head", std::make_shared<NamedChildren>());
  va_first_ = head->add("0", std::make_shared<Linear>(inputs, hidden, Linear::Start::kFanIn));
  va_last_ = head->add("2", std::make_shared<Linear>(hidden, 2, Linear::Start::kFanIn));
}

at::Tensor EmmaNetwork::added_to_patches(const at::Tensor& third_stage) {
  if (!dan_embed_) return {};
  return dan_embed_->forward(third_stage.flatten(2).transpose(1, 2));
}

Outputs EmmaNetwork::forward(const at::Tensor& pictures) {
  FrozenDan::Result dan;
  if (frozen_dan_) dan = frozen_dan_->read(pictures);
  const VitWithHead::Result result =
      vit_->forward(pictures, options().mask, added_to_patches(dan.third_stage));
  Outputs outputs =
      split_outputs(result.outputs, vocabulary(), vocabulary().valence_arousal && !va_first_);
  outputs.features = result.features;
  const WithoutAutocast full_precision;
  if (va_first_) {
    at::Tensor scores = at::cat({dan.logits, result.outputs}, 1);
    // The paper's gradient stop: only the head learns from the loss on valence and arousal.
    if (options().va_gradient == "stop") scores = scores.detach();
    outputs.valence_arousal = va_last_->forward(at::relu(va_first_->forward(scores)));
  }
  if (!dan_index_.empty()) {
    const at::Tensor index = at::tensor(dan_index_, at::kLong).to(dan.logits.device());
    outputs.expression = outputs.expression + dan.logits.index_select(1, index);
  }
  return outputs;
}

at::Tensor EmmaNetwork::patch_mean(const at::Tensor& pictures) {
  at::Tensor added;
  if (dan_embed_) added = added_to_patches(frozen_dan_->read(pictures).third_stage);
  return vit_->patch_mean({pictures, {}, added});
}

void EmmaNetwork::train(bool on) {
  Network::train(on);
  if (cnn_) cnn_->train(false);
}

Backbone EmmaNetwork::backbone() {
  Backbone backbone = VitTrunk::backbone_in(*vit_);
  if (dan_embed_) {
    backbone.parts.emplace_back("dan_embed.");
    backbone.optional.emplace_back("dan_embed.");
  }
  return backbone;
}

std::int64_t EmmaNetwork::layer_of(std::string_view parameter) const {
  constexpr std::string_view kPrefix = "vit.";
  const std::int64_t depth = vit_->options().size.depth;
  if (parameter.substr(0, kPrefix.size()) != kPrefix) return depth + 1;
  return VitTrunk::layer_of(parameter.substr(kPrefix.size()), depth);
}

std::int64_t EmmaNetwork::layers() const {
  return vit_->options().size.depth + 2;
}

ParameterRole EmmaNetwork::role_of(std::string_view parameter) const {
  if (parameter.substr(0, 4) == "cnn.") return ParameterRole::kFrozen;
  if (parameter.substr(0, 8) == "va_head.") return ParameterRole::kVaHead;
  return Network::role_of(parameter);
}

}  // namespace mien
