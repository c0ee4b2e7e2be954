// A network in one weights file: its tensors, and in the header everything needed to make it again.
#include <cmath>
#include <exception>
#include <string>
#include <system_error>

#include <nlohmann/json.hpp>

#include "mien/affect/vocabulary.h"
#include "mien/core/text.h"
#include "mien/error.h"
#include "mien/nn/import/import_state.h"
#include "mien/nn/layers/initialise.h"
#include "mien/nn/network.h"
#include "mien/nn/network_metadata.h"
#include "mien/nn/weights.h"

namespace mien {
namespace {

using Json = nlohmann::json;

constexpr const char* kFormatKey = "mien.format";
constexpr const char* kFormat = "1";
constexpr const char* kModelKey = "mien.model";
constexpr const char* kVocabularyKey = "mien.vocabulary";
constexpr const char* kInputKey = "mien.input";
constexpr const char* kCardKey = "mien.card";

std::string card_to_json(const NetworkCard& card) {
  Json object{
      {"thresholds", card.thresholds}, {"temperature", card.temperature}, {"notes", card.notes}};
  TuningRecord tuned = card.tuned;
  if (!tuned.date.empty()) object["tuned"] = Json::parse(to_json(fields_of(tuned)));
  return object.dump();
}

NetworkCard card_from_json(const std::string& text, const std::string& file) {
  NetworkCard card;
  try {
    const Json object = Json::parse(text);
    card.thresholds = object.at("thresholds").get<std::vector<double>>();
    card.notes = object.at("notes").get<std::map<std::string, std::string>>();
    card.temperature = object.value("temperature", 1.0);
    if (const auto tuned = object.find("tuned"); tuned != object.end()) {
      read_json(fields_of(card.tuned), tuned->dump(), file);
    }
  } catch (const Json::exception&) {
    throw DataError(file, "its header entry mien.card cannot be read");
  } catch (const OptionError& error) {
    throw DataError(file, std::string("its header entry mien.card is not usable: ") + error.what());
  }
  return card;
}

const std::string& header_text(const StateDict& state, const char* key, const std::string& file) {
  const auto found = state.metadata.find(key);
  if (found == state.metadata.end()) {
    throw DataError(file,
                    std::string("its header has no ") + key +
                        ": these weights were not written by mien, or only as a checkpoint");
  }
  return found->second;
}

void check_format(const StateDict& state, const std::string& file) {
  if (!state.metadata.contains(kFormatKey) && has_import_note(state)) {
    throw DataError(file,
                    "holds imported weights to start from, and no network that reads: train one "
                    "from it (mien train NETWORK --backbone " +
                        file + " ..)");
  }
  const std::string& format = header_text(state, kFormatKey, file);
  if (format != kFormat) {
    throw DataError(file,
                    "has format " + format + " of mien's weights, and this program reads " +
                        kFormat + ": use the version that wrote it");
  }
}

/// Options from the header. What is wrong with them is wrong with the file.
template <typename Options>
Options header_options(const StateDict& state, const char* key, const std::string& file) {
  Options options;
  try {
    read_json(fields_of(options), header_text(state, key, file), file);
    options.check();
  } catch (const Error& error) {
    throw DataError(file,
                    std::string("its header entry ") + key + " is not usable: " + error.what());
  }
  return options;
}

NetworkPointer make_empty(const StateDict& state, const std::string& file) {
  const auto model = header_options<ModelOptions>(state, kModelKey, file);
  const auto input = header_options<InputOptions>(state, kInputKey, file);
  const Vocabulary vocabulary =
      vocabulary_from_json(header_text(state, kVocabularyKey, file), file);
  const WithoutInitialisation all_are_loaded;
  try {
    return create_network(model, vocabulary, input);
  } catch (const Error& error) {
    throw DataError(file, std::string("its header describes no network: ") + error.what());
  }
}

}  // namespace

void describe(TuningRecord& record, Fields& fields) {
  fields.add("date", record.date, "when thresholds and temperature were fitted, UTC");
  fields.add("data", record.data, "lists that they were fitted on");
  fields.add("part", record.part, "part of those lists that are folders");
  fields.add("pictures", record.pictures, "pictures in all lists", at_least(0));
  fields.add("expression_labels",
             record.expression_labels,
             "pictures that the temperature was fitted on",
             at_least(0));
  fields.add("least",
             record.least,
             "pictures with a unit, and without it, that a fit had to have",
             at_least(0));
  fields.add("left", record.left, "what was not fitted, and why");
}

void check_tuning(const NetworkCard& card, const Vocabulary& vocabulary, const std::string& file) {
  const std::size_t units = vocabulary.action_units.size();
  if (!card.thresholds.empty() && card.thresholds.size() != units) {
    throw DataError(file,
                    "has " + std::to_string(card.thresholds.size()) + " thresholds for " +
                        std::to_string(units) + " action units");
  }
  for (const double threshold : card.thresholds) {
    if (threshold >= 0 && threshold <= 1) continue;
    throw DataError(file, "has a threshold that is no probability: " + number_text(threshold));
  }
  if (!std::isfinite(card.temperature) || card.temperature <= 0) {
    throw DataError(file, "has a temperature that is not above 0");
  }
}

std::filesystem::path weights_file(const std::filesystem::path& run_or_file) {
  std::error_code error;
  return std::filesystem::is_directory(run_or_file, error) ? run_or_file / kBestWeights
                                                           : run_or_file;
}

std::optional<NetworkHeader> network_header(const StateDict& state, const std::string& file) {
  if (!state.metadata.contains(kModelKey)) return std::nullopt;
  NetworkHeader header;
  header.model = header_options<ModelOptions>(state, kModelKey, file);
  header.vocabulary = vocabulary_from_json(header_text(state, kVocabularyKey, file), file);
  return header;
}

LoadedNetwork load_network(const std::filesystem::path& run_or_file) {
  LoadedNetwork loaded;
  loaded.file = weights_file(run_or_file);
  const std::string file = loaded.file.string();
  const StateDict state = read_weights(loaded.file);
  check_format(state, file);
  loaded.card = card_from_json(header_text(state, kCardKey, file), file);
  loaded.network = make_empty(state, file);
  check_tuning(loaded.card, loaded.network->vocabulary(), file);
  load_state(*loaded.network, state, file);
  loaded.network->eval();
  return loaded;
}

std::map<std::string, std::string> network_metadata(const Network& network,
                                                    const NetworkCard& card) {
  ModelOptions model = network.options();
  InputOptions input = network.input();
  return {{kFormatKey, kFormat},
          {kModelKey, to_json(fields_of(model))},
          {kInputKey, to_json(fields_of(input))},
          {kVocabularyKey, vocabulary_to_json(network.vocabulary())},
          {kCardKey, card_to_json(card)}};
}

void save_network(const std::filesystem::path& file,
                  const Network& network,
                  const NetworkCard& card) {
  StateDict state = state_of(network);
  state.metadata = network_metadata(network, card);
  write_safetensors(file, state);
}

void replace_card(const std::filesystem::path& from,
                  const std::filesystem::path& to,
                  const NetworkCard& card) {
  StateDict state = read_safetensors(from);
  check_format(state, from.string());
  state.metadata[kCardKey] = card_to_json(card);
  write_safetensors(to, state);
}

void convert_network(const std::filesystem::path& from,
                     const std::filesystem::path& to,
                     c10::ScalarType type) {
  StateDict state = read_safetensors(from);
  check_format(state, from.string());
  for (auto& [name, tensor] : state.tensors) {
    if (tensor.dim() > 1 && tensor.is_floating_point()) tensor = tensor.to(type);
  }
  write_safetensors(to, state);
}

}  // namespace mien
