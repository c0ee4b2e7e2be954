#include "mien/train/start_weights.h"

#include <filesystem>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "mien/core/names.h"
#include "mien/core/text.h"
#include "mien/error.h"
#include "mien/nn/import/import_state.h"
#include "mien/nn/network.h"

namespace mien {
namespace {

namespace fs = std::filesystem;

bool has_prefix(const StateDict& state, const std::string& prefix) {
  const auto first = state.tensors.lower_bound(prefix);
  return first != state.tensors.end() && first->first.starts_with(prefix);
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
/// Throws WeightsError for a block or stage that the part has not got: a deeper network's file
/// holds all that a shallower one needs, and its numbers mean something else there.
StateDict taken_from(const StateDict& given,
                     const std::string& file,
                     const Backbone& backbone,
                     std::set<std::string>& left) {
  constexpr std::size_t kShown = 5;
  const std::string prefix = prefix_in(given, backbone);
  const StateDict own = state_of(*backbone.module);
  StateDict taken;
  std::vector<std::string> others;
  for (const auto& [name, tensor] : given.tensors) {
    const std::string inner = name.starts_with(prefix) ? name.substr(prefix.size()) : "";
    if (!begins_with_any(inner, backbone.parts)) continue;
    if (own.tensors.contains(inner)) {
      taken.tensors[inner] = tensor;
      left.erase(name);
    } else if (!begins_with_any(inner, backbone.optional)) {
      others.push_back(name);
    }
  }
  if (taken.tensors.empty() || others.empty()) return taken;
  const std::string names = first_names(others, kShown);
  throw WeightsError(
      file, "is of another architecture: the network has no " + names, {{}, std::move(others), {}});
}

[[noreturn]] void refuse_file(const StateDict& given,
                              const std::string& file,
                              const Network& network,
                              const Backbone& backbone) {
  std::string message = "has nothing that the network " + network.options().name +
                        " could start from (looked for " + join(backbone.parts, ", ") + ")";
  const std::vector<ForeignNames> readings = readings_of(given);
  const std::vector<std::string> prefixes = prefixes_that_fit(given);
  if (!readings.empty()) {
    message += "; it is " + full_title(readings.front()) + ": `mien import` it first";
  } else if (!prefixes.empty()) {
    const std::string& prefix = prefixes.front();
    message += "; below '" + prefix + "' lies " +
               full_title(readings_of(without_prefix(given, prefix)).front()) +
               ": `mien import` it with --prefix " + prefix;
  }
  throw DataError(file, message);
}

}  // namespace

void load_backbone(Network& network, const std::string& run_or_file, const EventSink& events) {
  const fs::path path = weights_file(run_or_file);
  const std::string file = path.string();
  const StateDict given = read_weights(path);
  if (!network_header(given, file)) {
    // What a note says of imported weights, the names and shapes of others may.
    if (has_import_note(given)) {
      check_import_note(given, network, file, events);
    } else {
      check_readings(given, network, file, events);
    }
  }
  std::set<std::string> left;
  for (const auto& [name, tensor] : given.tensors) left.insert(name);
  constexpr std::size_t kShown = 4;
  std::size_t taken = 0;
  std::size_t own = 0;
  for (const Backbone& backbone : network.backbones()) {
    const StateDict part = taken_from(given, file, backbone, left);
    if (part.tensors.empty()) refuse_file(given, file, network, backbone);
    load_state(*backbone.module, part, file, backbone_rules(backbone));
    taken += part.tensors.size();
    own += state_of(*backbone.module).tensors.size();
  }
  events.info("backbone: " + std::to_string(taken) + " of " + std::to_string(own) +
              " tensors from " + file +
              (left.empty() ? ""
                            : "; left there: " + std::to_string(left.size()) + " (" +
                                  first_names({left.begin(), left.end()}, kShown) + ")"));
}

}  // namespace mien
