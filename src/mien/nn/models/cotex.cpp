#include "mien/nn/models/cotex.h"

#include <cmath>
#include <string>

#include <ATen/ops/cat.h>
#include <ATen/ops/log_softmax.h>
#include <ATen/ops/logsumexp.h>
#include <ATen/ops/stack.h>

#include "mien/error.h"

namespace mien {
namespace {

std::string view_name(std::size_t view) {
  return "v" + std::to_string(view);
}

}  // namespace

at::Tensor mean_of_probabilities(const at::Tensor& views) {
  return at::logsumexp(at::log_softmax(views, 2), 0) -
         std::log(static_cast<double>(views.size(0)));  // [N, K]
}

CotexNetwork::CotexNetwork(const ModelOptions& model,
                           const Vocabulary& vocabulary,
                           const InputOptions& input)
    : Network(model, vocabulary, input) {
  const auto classes = static_cast<std::int64_t>(vocabulary.expressions.size());
  if (classes == 0) throw UsageError("cotex learns expressions, and the vocabulary has none");
  for (std::size_t view = 0; view < static_cast<std::size_t>(model.views); ++view) {
    constexpr std::int64_t kOneLinearLayer = 0;  // as the authors ran it
    views_.push_back(register_module(
        view_name(view),
        std::make_shared<VitWithHead>(vit_options(model, input), kOneLinearLayer, classes)));
  }
}

Outputs CotexNetwork::forward(const at::Tensor& pictures) {
  std::vector<VitWithHead::Result> results;
  results.reserve(views_.size());
  for (const auto& view : views_) results.push_back(view->forward(pictures, options().mask));
  return joined(results);
}

Outputs CotexNetwork::read(const at::Tensor& pictures, const std::vector<at::Tensor>& kept) {
  std::vector<VitWithHead::Result> results;
  results.reserve(views_.size());
  for (std::size_t view = 0; view < views_.size(); ++view) {
    results.push_back(views_[view]->read({pictures, kept.at(view)}));
  }
  return joined(results);
}

Outputs CotexNetwork::joined(const std::vector<VitWithHead::Result>& results) const {
  std::vector<at::Tensor> logits;    // V x [N, K]
  std::vector<at::Tensor> features;  // V x [N, D]
  for (const VitWithHead::Result& result : results) {
    logits.push_back(result.outputs);
    features.push_back(result.features);
  }
  Outputs outputs;
  outputs.views = at::stack(logits);
  outputs.expression = options().view_mean == "logits" ? outputs.views.mean(0)
                                                       : mean_of_probabilities(outputs.views);
  outputs.features = at::cat(features, 1);  // [N, V * D]
  return outputs;
}

at::Tensor CotexNetwork::patch_mean(const at::Tensor& pictures) {
  std::vector<at::Tensor> means;
  means.reserve(views_.size());
  for (const auto& view : views_) means.push_back(view->patch_mean({pictures}));
  return at::cat(means, 1);  // [N, V * D]
}

std::int64_t CotexNetwork::layer_of(std::string_view parameter) const {
  return VitTrunk::layer_of(parameter.substr(parameter.find('.') + 1),
                            views_.front()->options().size.depth);
}

std::int64_t CotexNetwork::layers() const {
  return views_.front()->options().size.depth + 2;
}

Backbone CotexNetwork::backbone() {
  return backbones().front();
}

std::vector<Backbone> CotexNetwork::backbones() {
  std::vector<Backbone> backbones;
  for (std::size_t view = 0; view < views_.size(); ++view) {
    Backbone backbone = VitTrunk::backbone_in(*views_[view]);
    // From another CoTEX each view has its own; any other file serves them all.
    backbone.prefixes.insert(backbone.prefixes.begin(), view_name(view) + ".");
    backbones.push_back(std::move(backbone));
  }
  return backbones;
}

}  // namespace mien
