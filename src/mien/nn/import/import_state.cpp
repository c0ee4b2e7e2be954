#include "mien/nn/import/import_state.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>
#include <vector>

#include <ATen/ops/cat.h>
#include <ATen/ops/zeros.h>
#include <nlohmann/json.hpp>

#include "mien/error.h"
#include "mien/nn/layers/initialise.h"
#include "mien/nn/network.h"

namespace mien {
namespace {

constexpr const char* kImportKey = "mien.import";
/// Options that change what weights compute, and that no shape shows.
constexpr std::array<const char*, 2> kBinding = {"model.efficientnet", "model.clip_gelu"};
/// Options that say which pictures they know.
constexpr std::array<const char*, 3> kPictures = {
    "input.mean", "input.deviation", "input.channels"};

constexpr std::string_view kBatchCount = "num_batches_tracked";

/// Whether the second can follow the first along the first dimension.
bool joins(const at::Tensor& first, const at::Tensor& second) {
  return first.dim() > 0 && second.dim() > 0 && first.scalar_type() == second.scalar_type() &&
         first.sizes().slice(1) == second.sizes().slice(1);
}

/// All parts of a tensor, as the file has them.
std::vector<at::Tensor> parts_in(const StateDict& state,
                                 const TensorParts& place,
                                 const std::string& file) {
  std::vector<at::Tensor> parts;
  parts.reserve(place.parts.size());
  for (const std::string& name : place.parts) {
    const at::Tensor& tensor = state.tensors.at(name);
    if (!tensor.is_floating_point() && !name.ends_with(kBatchCount)) {
      throw DataError(file,
                      "tensor '" + name + "' holds " + c10::toString(tensor.scalar_type()) +
                          " numbers, and weights are floating-point");
    }
    if (!parts.empty() && !joins(parts.front(), tensor)) {
      throw DataError(file,
                      "tensors '" + place.parts.front() + "' and '" + name +
                          "' should be parts of one, and have other shapes or types");
    }
    parts.push_back(tensor);
  }
  return parts;
}

/// A count of 0 for each batch norm that has none.
void add_batch_counts(StateDict& state) {
  constexpr std::string_view kMean = "running_mean";
  std::vector<std::string> norms;
  for (const auto& [name, tensor] : state.tensors) {
    if (name.ends_with(kMean)) norms.push_back(name.substr(0, name.size() - kMean.size()));
  }
  for (const std::string& norm : norms) {
    state.tensors.emplace(norm + std::string(kBatchCount), at::zeros({}, at::kLong));
  }
}

struct NetworkFields {
  ModelOptions& model;
  InputOptions& input;
};
Fields fields_of_use(const NetworkFields& options) {
  Fields fields;
  fields.group("model", options.model);
  fields.group("input", options.input);
  return fields;
}

/// What the file need not have: all that is no part of the backbone.
LoadRules rules_of(const Backbone& backbone) {
  const auto begins = [](const std::string& name, const std::vector<std::string>& beginnings) {
    return std::any_of(beginnings.begin(), beginnings.end(), [&](const std::string& beginning) {
      return name.starts_with(beginning);
    });
  };
  LoadRules rules;
  for (const auto& [name, tensor] : state_of(*backbone.module).tensors) {
    if (!begins(name, backbone.parts) || begins(name, backbone.optional)) {
      rules.allow_missing.push_back(name);
    }
  }
  return rules;
}

}  // namespace

StateDict renamed_state(const StateDict& state,
                        const ForeignNames& names,
                        bool with_head,
                        const std::string& file) {
  StateDict renamed;
  const auto take = [&](const std::vector<TensorParts>& places) {
    for (const TensorParts& place : places) {
      const std::vector<at::Tensor> parts = parts_in(state, place, file);
      renamed.tensors[place.name] = parts.size() == 1 ? parts.front() : at::cat(parts);
    }
  };
  take(names.tensors);
  if (with_head) take(names.head);
  add_batch_counts(renamed);
  return renamed;
}

ImportUse import_use(const ForeignNames& names, const std::string& file) {
  ImportUse use;
  use.model.name = names.network;
  const Fields fields = fields_of_use({use.model, use.input});
  try {
    for (const auto& [key, text] : names.options) set_option(fields, key, text);
    use.model.check();
    use.input.check();
  } catch (const OptionError& error) {
    throw DataError(file, std::string("is of a size that is not read: ") + error.what());
  }
  if (names.whole) use.vocabulary = names.vocabulary;
  return use;
}

NetworkPointer imported_network(const StateDict& renamed,
                                const ImportUse& use,
                                const std::string& file) {
  const WithoutInitialisation all_are_loaded;
  const Vocabulary vocabulary = use.vocabulary.value_or(abaw_mtl_vocabulary());
  NetworkPointer network = create_network(use.model, vocabulary, use.input);
  if (use.vocabulary) {
    load_state(*network, renamed, file);
  } else {
    const Backbone backbone = network->backbone();
    load_state(*backbone.module, renamed, file, rules_of(backbone));
  }
  network->eval();
  return network;
}

StateDict with_import_note(StateDict renamed,
                           const ForeignNames& names,
                           const std::string& source,
                           const std::string& sha256) {
  nlohmann::ordered_json note{{"architecture", names.architecture},
                              {"title", names.title},
                              {"network", names.network},
                              {"file", source},
                              {"sha256", sha256}};
  note["options"] = nlohmann::ordered_json::object();
  for (const auto& [key, text] : names.options) note["options"][key] = text;
  renamed.metadata[kImportKey] =
      note.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
  return renamed;
}

bool has_import_note(const StateDict& state) {
  return state.metadata.contains(kImportKey);
}

namespace {

/// The options of a note, as text by key.
std::vector<std::pair<std::string, std::string>> noted_options(const StateDict& state,
                                                               const std::string& file) {
  std::vector<std::pair<std::string, std::string>> options;
  try {
    const auto note = nlohmann::ordered_json::parse(state.metadata.at(kImportKey));
    options.reserve(note.at("options").size());
    for (const auto& [key, text] : note.at("options").items()) {
      options.emplace_back(key, text.get<std::string>());
    }
  } catch (const nlohmann::ordered_json::exception&) {
    throw DataError(file, std::string("its header entry ") + kImportKey + " cannot be read");
  }
  return options;
}

template <std::size_t kCount>
bool is_one_of(const std::string& key, const std::array<const char*, kCount>& keys) {
  return std::find(keys.begin(), keys.end(), key) != keys.end();
}

}  // namespace

void check_import_note(const StateDict& state,
                       const Network& network,
                       const std::string& file,
                       const EventSink& events) {
  if (!has_import_note(state)) return;
  ModelOptions model = network.options();
  InputOptions input = network.input();
  const Fields own = fields_of_use({model, input});
  for (const auto& [key, text] : noted_options(state, file)) {
    const bool binding = is_one_of(key, kBinding);
    const Field* field = own.find(key);
    if (field == nullptr || (!binding && !is_one_of(key, kPictures))) continue;
    const std::string here = value_text(field->value);
    set_option(own, key, text);
    const std::string there = value_text(field->value);
    if (here == there) continue;
    if (binding) {
      throw OptionError(
          key, key + ": the weights in " + file + " need " + there + ", and here it is " + here);
    }
    events.warn(key + " is " + here + ", and the weights in " + file + " know pictures with " +
                there + ": give --" + key + "=" + there + " unless that is meant");
  }
}

}  // namespace mien
