#include "mien/nn/feature_layer.h"

#include <vector>

#include <ATen/ops/cat.h>
#include <ATen/ops/zeros.h>
#include <c10/core/GradMode.h>

#include "mien/error.h"
#include "mien/nn/network.h"

namespace mien {
namespace {

/// All scores side by side. [N, 2 + K + U]
at::Tensor all_logits(const Outputs& outputs, const std::string& name) {
  std::vector<at::Tensor> parts;
  for (const at::Tensor& part :
       {outputs.valence_arousal, outputs.expression, outputs.action_units}) {
    if (part.defined()) parts.push_back(part.to(at::kFloat));
  }
  if (parts.empty()) throw UsageError("--layer logits: the network " + name + " gives no scores");
  return at::cat(parts, 1);
}

}  // namespace

at::Tensor feature_layer(Network& network, const std::string& layer, const at::Tensor& pictures) {
  if (layer == "mean") return network.patch_mean(pictures).to(at::kFloat);
  const std::string& name = network.options().name;
  const Outputs outputs = network.forward(pictures);
  if (layer == "logits") return all_logits(outputs, name);
  if (layer != "class") throw UsageError("there is no layer '" + layer + "'");
  if (!outputs.features.defined()) {
    throw UsageError("--layer class: the network " + name +
                     " has no class token that heads see; take --layer mean or logits");
  }
  return outputs.features.to(at::kFloat);
}

std::string usual_feature_layer(Network& network, const at::Device& at) {
  const c10::NoGradGuard no_gradients;
  const std::int64_t side = network.input().size;
  const at::Tensor picture = at::zeros({1, 3, side, side}, at::kFloat).to(at);
  return network.forward(picture).features.defined() ? "class" : "mean";
}

}  // namespace mien
