#include "mien/nn/onnx/export_onnx.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <ATen/core/grad_mode.h>
#include <ATen/ops/sigmoid.h>
#include <ATen/ops/softmax.h>
#include <ATen/ops/zeros.h>
#include <torch/csrc/jit/frontend/tracer.h>

#include "mien/nn/network.h"
#include "mien/nn/network_metadata.h"
#include "mien/nn/onnx/conversion.h"

namespace mien {
namespace {

using NamedTensors = std::vector<std::pair<std::string, at::Tensor>>;

/// What is read off a picture, as `mien predict` writes it. [N, 3, S, S] -> [N, ..] each
NamedTensors readings(Network& network, const at::Tensor& pictures, double temperature) {
  const Outputs outputs = network.forward(pictures);
  NamedTensors named;
  const auto give = [&](const char* name, const at::Tensor& values) {
    if (values.defined()) named.emplace_back(name, values);
  };
  at::Tensor expression = outputs.expression;
  if (expression.defined()) {
    expression = at::softmax(temperature == 1 ? expression : expression / temperature, 1);
  }
  const at::Tensor& units = outputs.action_units;
  give("valence_arousal", outputs.valence_arousal);
  give("expression", expression);
  give("action_units", units.defined() ? at::sigmoid(units) : units);
  give("features", outputs.features);
  return named;
}

std::shared_ptr<torch::jit::Graph> traced(Network& network,
                                          double temperature,
                                          std::int64_t samples) {
  const std::int64_t side = network.input().size;
  const auto [state, results] = torch::jit::tracer::trace(
      {at::zeros({samples, 3, side, side})},
      [&](const torch::jit::Stack& inputs) {
        // It warns of operators in place on a tensor that has two owners here, none of whom reads
        // what it was.
        const torch::jit::tracer::NoWarn in_place_is_meant;
        torch::jit::Stack outputs;
        for (auto& [name, values] : readings(network, inputs.at(0).toTensor(), temperature)) {
          outputs.emplace_back(std::move(values));
        }
        return outputs;
      },
      [](const at::Tensor& /*unnamed*/) { return std::string(); },
      /*strict=*/true,
      /*force_outplace=*/true);
  return state->graph;
}

}  // namespace

OnnxModel onnx_model_of(Network& network, const NetworkCard& card) {
  const at::NoGradGuard no_gradients;
  network.eval();
  for (at::Tensor& parameter : network.parameters()) parameter.requires_grad_(false);
  const std::int64_t side = network.input().size;
  // The first time some networks make tables that are no part of what they compute.
  std::vector<std::string> names;
  for (const auto& [name, values] :
       readings(network, at::zeros({1, 3, side, side}), card.temperature)) {
    names.push_back(name);
  }
  const TracedTwice twice = {traced(network, card.temperature, 2),
                             traced(network, card.temperature, 3)};
  OnnxModel model = OnnxConversion(twice, state_of(network).tensors).convert(names);
  model.name = network.options().name;
  model.metadata = network_metadata(network, card);
  return model;
}

}  // namespace mien
