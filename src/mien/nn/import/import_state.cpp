#include "mien/nn/import/import_state.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <set>
#include <utility>
#include <vector>

#include <ATen/ops/cat.h>
#include <ATen/ops/zeros.h>
#include <nlohmann/json.hpp>

#include "mien/core/names.h"
#include "mien/core/text.h"
#include "mien/error.h"
#include "mien/nn/layers/initialise.h"
#include "mien/nn/models/vit_size.h"
#include "mien/nn/network.h"

namespace mien {
namespace {

constexpr const char* kImportKey = "mien.import";
/// Options that change what weights compute, and that no shape shows.
constexpr std::array<const char*, 4> kBinding = {
    "model.efficientnet", "model.clip_gelu", "model.vit", "model.pool"};
/// Options that say which pictures they know.
constexpr std::array<const char*, 3> kPictures = {
    "input.mean", "input.deviation", "input.channels"};

/// A value as a flag has it: [0.5, 0.5] is 0.5,0.5.
std::string flag_text(const FieldPointer& value) {
  std::string text = value_text(value);
  std::erase_if(text, [](char c) { return c == '[' || c == ']' || c == ' '; });
  return text;
}

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

void note_pictures(const ImportUse& use, ForeignNames& names) {
  InputOptions now = use.input;
  InputOptions before = import_use(names, "").input;
  const Fields fields = fields_of(now);
  const Fields fields_before = fields_of(before);
  for (const Field& field : fields.fields()) {
    const std::string text = flag_text(field.value);
    if (text == flag_text(fields_before.find(field.key)->value)) continue;
    const std::string key = "input." + field.key;
    std::erase_if(names.options, [&](const auto& option) { return option.first == key; });
    names.options.emplace_back(key, text);
  }
}

LoadRules backbone_rules(const Backbone& backbone) {
  LoadRules rules;
  for (const auto& [name, tensor] : state_of(*backbone.module).tensors) {
    if (!begins_with_any(name, backbone.parts) || begins_with_any(name, backbone.optional) ||
        name.ends_with(kBatchCount)) {
      rules.allow_missing.push_back(name);
    }
  }
  return rules;
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
    load_state(*backbone.module, renamed, file, backbone_rules(backbone));
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
  if (!names.assumed.empty()) note["assumed"] = names.assumed;
  renamed.metadata[kImportKey] =
      note.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
  return renamed;
}

bool has_import_note(const StateDict& state) {
  return state.metadata.contains(kImportKey);
}

namespace {

/// What an option may be, by what is known of a file.
struct OptionNeed {
  std::string key;
  std::set<std::string> texts;  ///< more than one: the file does not tell
  bool assumed = false;
};

template <std::size_t kCount>
bool is_one_of(const std::string& key, const std::array<const char*, kCount>& keys) {
  return std::find(keys.begin(), keys.end(), key) != keys.end();
}

/// The options of a note.
std::vector<OptionNeed> noted_needs(const StateDict& state, const std::string& file) {
  std::vector<OptionNeed> needs;
  try {
    const auto note = nlohmann::ordered_json::parse(state.metadata.at(kImportKey));
    const auto assumed = note.value("assumed", std::vector<std::string>());
    needs.reserve(note.at("options").size());
    for (const auto& [key, text] : note.at("options").items()) {
      needs.push_back({key,
                       {text.get<std::string>()},
                       std::find(assumed.begin(), assumed.end(), key) != assumed.end()});
    }
  } catch (const nlohmann::ordered_json::exception&) {
    throw DataError(file, std::string("its header entry ") + kImportKey + " cannot be read");
  }
  return needs;
}

/// What the readings of a published file say of the options.
std::vector<OptionNeed> needs_of(const std::vector<ForeignNames>& readings) {
  std::vector<OptionNeed> needs;
  for (const ForeignNames& reading : readings) {
    for (const auto& [key, text] : reading.options) {
      auto need = std::find_if(
          needs.begin(), needs.end(), [&](const OptionNeed& other) { return other.key == key; });
      if (need == needs.end()) need = needs.insert(needs.end(), OptionNeed{key, {}, false});
      need->texts.insert(text);
      need->assumed =
          need->assumed ||
          std::find(reading.assumed.begin(), reading.assumed.end(), key) != reading.assumed.end();
    }
  }
  return needs;
}

/// The value as the field has it: 0.50 is 0.5, and T/16 is 192x12x3/16.
std::string plain_text(const Field& field) {
  std::string text = value_text(field.value);
  if (field.key != "model.vit") return text;
  const VitSize size = parse_vit_size(text);
  return std::to_string(size.width) + "x" + std::to_string(size.depth) + "x" +
         std::to_string(size.heads) + "/" + std::to_string(size.patch);
}

/// Compares one option. `own` are the fields of a copy of the network's options.
void check_need(const OptionNeed& need,
                const Fields& own,
                const std::string& file,
                const EventSink& events) {
  const bool binding = is_one_of(need.key, kBinding);
  const Field* field = own.find(need.key);
  if (field == nullptr || (!binding && !is_one_of(need.key, kPictures))) return;
  const std::string here = value_text(field->value);
  const std::string plain = plain_text(*field);
  bool same = false;
  for (const std::string& text : need.texts) {
    try {
      set_option(own, need.key, text);
      same = same || plain_text(*field) == plain;
    } catch (const OptionError& error) {
      throw DataError(file, std::string("needs what no network has: ") + error.what());
    }
  }
  if (same && (need.texts.size() == 1 || !binding)) return;
  const std::string there = join({need.texts.begin(), need.texts.end()}, " or ");
  if (same) {
    events.warn(need.key + " is " + here + ", and " + file + " does not tell whether " + there +
                " is right: `mien import` it with the --arch that it is");
  } else if (binding && !need.assumed) {
    throw OptionError(
        need.key,
        need.key + ": the weights in " + file + " need " + there + ", and here it is " + here);
  } else {
    events.warn(need.key + " is " + here + ", and the weights in " + file +
                (binding ? " have by the published rule " : " know pictures with ") + there +
                ": give --" + need.key + "=" + there + " unless that is meant");
  }
}

void check_needs(const std::vector<OptionNeed>& needs,
                 const Network& network,
                 const std::string& file,
                 const EventSink& events) {
  ModelOptions model = network.options();
  InputOptions input = network.input();
  const Fields own = fields_of_use({model, input});
  for (const OptionNeed& need : needs) check_need(need, own, file, events);
}

}  // namespace

void check_import_note(const StateDict& state,
                       const Network& network,
                       const std::string& file,
                       const EventSink& events) {
  if (has_import_note(state)) check_needs(noted_needs(state, file), network, file, events);
}

void check_readings(const StateDict& state,
                    const Network& network,
                    const std::string& file,
                    const EventSink& events) {
  check_needs(needs_of(readings_of(state)), network, file, events);
}

}  // namespace mien
