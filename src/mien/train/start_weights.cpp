#include "mien/train/start_weights.h"

#include <algorithm>
#include <filesystem>
#include <optional>
#include <utility>
#include <vector>

#include "mien/core/text.h"
#include "mien/error.h"

namespace mien {
namespace {

namespace fs = std::filesystem;

bool starts_with_any(const std::string& name, const std::vector<std::string>& prefixes) {
  return std::any_of(prefixes.begin(), prefixes.end(), [&](const std::string& prefix) {
    return name.starts_with(prefix);
  });
}

bool has_prefix(const StateDict& state, const std::string& prefix) {
  const auto first = state.tensors.lower_bound(prefix);
  return first != state.tensors.end() && first->first.starts_with(prefix);
}

std::string shown(std::vector<std::string> names) {
  constexpr std::size_t kShown = 4;
  const std::size_t count = names.size();
  names.resize(std::min(count, kShown));
  return join(names, ", ") + (count > kShown ? ", .." : "");
}

}  // namespace

DanWeights read_dan(const std::string& run_or_file, ModelOptions& model) {
  DanWeights weights;
  const fs::path path = weights_file(run_or_file);
  weights.file = path.string();
  weights.state = read_weights(path);
  const std::optional<NetworkHeader> header = network_header(weights.state, weights.file);
  if (!header) {
    // The authors' EMMA holds its DAN under the same name as ours.
    if (has_prefix(weights.state, "cnn.")) weights.prefix = "cnn.";
    return weights;
  }
  ModelOptions made = header->model;
  if (made.name == "dan") {
    made.dan_expressions = header->vocabulary.expressions;
  } else if (has_prefix(weights.state, "cnn.")) {
    weights.prefix = "cnn.";
  } else {
    throw DataError(weights.file, "holds the network " + made.name + ", and model.dan needs a DAN");
  }
  model.dan_width = made.dan_width;
  model.dan_stem = made.dan_stem;
  model.dan_heads = made.dan_heads;
  model.dan_expressions = made.dan_expressions;
  return weights;
}

void load_dan(Network& network, const DanWeights& weights) {
  torch::nn::Module* cnn = network.frozen_cnn();
  if (cnn == nullptr) return;
  LoadRules rules;
  rules.prefix = weights.prefix;
  load_state(*cnn, weights.state, weights.file, rules);
}

void load_backbone(Network& network, const std::string& run_or_file, const EventSink& events) {
  const fs::path path = weights_file(run_or_file);
  const StateDict given = read_weights(path);
  const Backbone backbone = network.backbone();
  const std::string prefix = has_prefix(given, backbone.prefix) ? backbone.prefix : "";
  const StateDict own = state_of(*backbone.module);

  StateDict taken;
  std::vector<std::string> left;
  for (const auto& [name, tensor] : given.tensors) {
    const std::string inner = name.starts_with(prefix) ? name.substr(prefix.size()) : "";
    if (starts_with_any(inner, backbone.parts) && own.tensors.contains(inner)) {
      taken.tensors[inner] = tensor;
    } else {
      left.push_back(name);
    }
  }
  if (taken.tensors.empty()) {
    throw DataError(path.string(),
                    "has nothing that the network " + network.options().name +
                        " could start from (looked for " + join(backbone.parts, ", ") + ")");
  }
  // Whatever is no part of a backbone may be missing; a missing block is an error.
  LoadRules rules;
  for (const auto& [name, tensor] : own.tensors) {
    if (!starts_with_any(name, backbone.parts) || starts_with_any(name, backbone.optional)) {
      rules.allow_missing.push_back(name);
    }
  }
  load_state(*backbone.module, taken, path.string(), rules);
  events.info("backbone: " + std::to_string(taken.tensors.size()) + " of " +
              std::to_string(own.tensors.size()) + " tensors from " + path.string() +
              (left.empty()
                   ? ""
                   : "; left there: " + std::to_string(left.size()) + " (" + shown(left) + ")"));
}

}  // namespace mien
