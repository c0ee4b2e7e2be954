#include "mien/train/start_weights.h"

#include <algorithm>
#include <filesystem>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "mien/core/text.h"
#include "mien/error.h"
#include "mien/nn/import/import_state.h"
#include "mien/nn/network.h"

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

namespace {

/// What stands before the part's names in the file.
std::string prefix_in(const StateDict& given, const Backbone& backbone) {
  for (const std::string& prefix : backbone.prefixes) {
    if (has_prefix(given, prefix)) return prefix;
  }
  return "";
}

/// The file's tensors that belong to the part, by their names within it; takes them off `left`.
StateDict taken_from(const StateDict& given,
                     const Backbone& backbone,
                     std::set<std::string>& left) {
  const std::string prefix = prefix_in(given, backbone);
  const StateDict own = state_of(*backbone.module);
  StateDict taken;
  for (const auto& [name, tensor] : given.tensors) {
    const std::string inner = name.starts_with(prefix) ? name.substr(prefix.size()) : "";
    if (!starts_with_any(inner, backbone.parts) || !own.tensors.contains(inner)) continue;
    taken.tensors[inner] = tensor;
    left.erase(name);
  }
  return taken;
}

/// Whatever is no part of a backbone may be missing; a missing block is an error.
LoadRules backbone_rules(const Backbone& backbone) {
  LoadRules rules;
  for (const auto& [name, tensor] : state_of(*backbone.module).tensors) {
    // Files of older programs lack the batch norms' counts, which nothing here reads.
    if (!starts_with_any(name, backbone.parts) || starts_with_any(name, backbone.optional) ||
        name.ends_with(".num_batches_tracked")) {
      rules.allow_missing.push_back(name);
    }
  }
  return rules;
}

}  // namespace

void load_backbone(Network& network, const std::string& run_or_file, const EventSink& events) {
  const fs::path path = weights_file(run_or_file);
  const StateDict given = read_weights(path);
  check_import_note(given, network, path.string(), events);
  std::set<std::string> left;
  for (const auto& [name, tensor] : given.tensors) left.insert(name);
  std::size_t taken = 0;
  std::size_t own = 0;
  for (const Backbone& backbone : network.backbones()) {
    const StateDict part = taken_from(given, backbone, left);
    if (part.tensors.empty()) {
      throw DataError(path.string(),
                      "has nothing that the network " + network.options().name +
                          " could start from (looked for " + join(backbone.parts, ", ") + ")");
    }
    load_state(*backbone.module, part, path.string(), backbone_rules(backbone));
    taken += part.tensors.size();
    own += state_of(*backbone.module).tensors.size();
  }
  events.info("backbone: " + std::to_string(taken) + " of " + std::to_string(own) +
              " tensors from " + path.string() +
              (left.empty() ? ""
                            : "; left there: " + std::to_string(left.size()) + " (" +
                                  shown({left.begin(), left.end()}) + ")"));
}

}  // namespace mien
