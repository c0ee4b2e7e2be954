#include "mien/nn/ensemble.h"

#include <algorithm>
#include <optional>
#include <system_error>
#include <utility>

#include "mien/affect/vocabulary.h"
#include "mien/core/files.h"
#include "mien/core/text.h"
#include "mien/error.h"
#include "mien/nn/network.h"

namespace mien {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kEnsembleFormat = 1;
constexpr double kLeastWeight = 1e-6;
constexpr double kLeastTemperature = 1e-3;
constexpr std::size_t kShownDigits = 12;  // of a SHA-256, for people

/// The format that the text's first lines claim, before any table: what follows another one may
/// have keys that this program does not know.
std::optional<std::int64_t> claimed_format(std::string_view text) {
  for (const std::string_view line : split(text, '\n')) {
    const std::string_view plain = trim(line);
    if (plain.starts_with('[')) break;
    const std::size_t equals = plain.find('=');
    if (equals == std::string_view::npos || trim(plain.substr(0, equals)) != "format") continue;
    return parse_integer(trim(plain.substr(equals + 1)));
  }
  return std::nullopt;
}

void check_claimed_format(std::string_view text, const std::string& file) {
  const std::optional<std::int64_t> format = claimed_format(text);
  if (!format) {
    throw DataError(file, "says no `format`: this is no ensemble that mien ensemble wrote");
  }
  if (*format != kEnsembleFormat) {
    throw DataError(file,
                    "has format " + std::to_string(*format) +
                        " of mien's ensembles, and this program reads " +
                        std::to_string(kEnsembleFormat) + ": use the version that wrote it");
  }
}

LoadedEnsemble load_members(const fs::path& file, const EnsembleFile& description) {
  std::vector<LoadedNetwork> members;
  std::vector<double> weights;
  for (const EnsembleMember& member : description.members) {
    members.push_back(load_network(member_file(file, member)));
    weights.push_back(member.weight);
  }
  LoadedEnsemble ensemble = ensemble_of(std::move(members), std::move(weights));
  if (ensemble.vocabulary() != description.vocabulary) {
    throw DataError(file.string(),
                    "names other classes or action units than its members give together: make it "
                    "again with mien ensemble");
  }
  ensemble.file = file;
  ensemble.mean.set_temperature(description.card.temperature);
  const std::vector<double> means = std::move(ensemble.card.thresholds);
  ensemble.card = description.card;
  if (ensemble.card.thresholds.empty()) ensemble.card.thresholds = means;
  return ensemble;
}

}  // namespace

void describe(EnsembleMember& member, Fields& fields) {
  fields.add("file", member.file, "weights, relative to this file");
  fields.add("sha256", member.sha256, "of the weights");
  fields.add("weight", member.weight, "in the mean", at_least(kLeastWeight));
}

void describe(EnsembleFile& ensemble, Fields& fields) {
  fields.add("format", ensemble.format, "version of this file's form");
  fields.add("mien", ensemble.mien, "version of mien that wrote it");
  fields.add("expressions", ensemble.vocabulary.expressions, "classes of the members together");
  fields.add("action_units", ensemble.vocabulary.action_units, "units of the members together");
  fields.add("valence_arousal",
             ensemble.vocabulary.valence_arousal,
             "whether a member gives valence and arousal");
  fields.add("thresholds",
             ensemble.card.thresholds,
             "probability from which on a unit is present; none: the mean of the members'");
  fields.add("temperature",
             ensemble.card.temperature,
             "of the mean's expression probabilities",
             at_least(kLeastTemperature));
  fields.group("tuned", ensemble.card.tuned);
  fields.tables("members", ensemble.members, "networks whose answers are averaged");
}

bool is_ensemble_file(const fs::path& file) {
  return lower(file.extension().string()) == ".toml";
}

EnsembleFile read_ensemble_file(const fs::path& path) {
  const std::string file = path.string();
  const std::string text = read_file(path);
  check_claimed_format(text, file);
  EnsembleFile ensemble;
  try {
    read_toml_text(fields_of(ensemble), text, file);
    check_values(fields_of(ensemble), "");
  } catch (const OptionError& error) {
    // The message names the file and the line already.
    throw Error(ErrorKind::kData, error.what());
  }
  if (ensemble.members.empty()) throw DataError(file, "names no member");
  check_tuning(ensemble.card, ensemble.vocabulary, file);
  return ensemble;
}

void write_ensemble_file(const fs::path& file, EnsembleFile ensemble) {
  write_file_atomically(file, to_toml(fields_of(ensemble), true));
}

std::string member_name(const fs::path& ensemble, const fs::path& weights) {
  const fs::path folder = fs::weakly_canonical(fs::absolute(ensemble).parent_path());
  const fs::path place = fs::weakly_canonical(weights);
  const fs::path relative = place.lexically_relative(folder);
  return (relative.empty() ? place : relative).generic_string();
}

fs::path member_file(const fs::path& ensemble, const EnsembleMember& member) {
  // As member_name has it: a link in the way would lead elsewhere.
  const fs::path folder = fs::weakly_canonical(fs::absolute(ensemble).parent_path());
  const fs::path file = (folder / member.file).lexically_normal();
  if (is_ensemble_file(file)) {
    throw DataError(ensemble.string(),
                    "its member " + member.file +
                        " is an ensemble itself: name the networks of that one instead");
  }
  std::error_code error;
  if (!fs::is_regular_file(file, error)) {
    throw DataError(ensemble.string(),
                    "its member " + member.file + " is not there (looked for " + file.string() +
                        "; paths are relative to the ensemble's file)");
  }
  const std::string now = sha256_of_file(file);
  if (now != member.sha256) {
    throw DataError(ensemble.string(),
                    "its member " + member.file + " has changed since the ensemble was made (" +
                        "SHA-256 " + now.substr(0, kShownDigits) + ".., expected " +
                        member.sha256.substr(0, kShownDigits) +
                        "..): make it again with mien ensemble");
  }
  return file;
}

LoadedEnsemble ensemble_of(std::vector<LoadedNetwork> members, std::vector<double> weights) {
  if (members.empty()) throw UsageError("at least one network is needed");
  std::vector<Vocabulary> vocabularies;
  std::vector<std::vector<double>> thresholds;
  for (const LoadedNetwork& member : members) {
    vocabularies.push_back(member.network->vocabulary());
    thresholds.push_back(member.card.thresholds);
  }
  LoadedEnsemble ensemble{{}, PredictionMean(vocabularies, std::move(weights)), {}, {}};
  if (members.size() == 1) {
    // Its temperature is applied where its own answers are made.
    ensemble.card = members.front().card;
    ensemble.file = members.front().file;
  } else {
    ensemble.card.thresholds = ensemble.mean.thresholds(thresholds);
  }
  ensemble.members = std::move(members);
  return ensemble;
}

LoadedEnsemble load_ensemble(const fs::path& run_or_file) {
  if (!is_ensemble_file(run_or_file) || fs::is_directory(run_or_file)) {
    std::vector<LoadedNetwork> members;
    members.push_back(load_network(run_or_file));
    return ensemble_of(std::move(members));
  }
  return load_members(run_or_file, read_ensemble_file(run_or_file));
}

SharedInputs shared_inputs(const std::vector<const Network*>& networks) {
  SharedInputs shared;
  std::vector<std::string> known;
  for (const Network* network : networks) {
    InputOptions input = network->input();
    const std::string text = to_json(fields_of(input));
    const auto found = std::find(known.begin(), known.end(), text);
    shared.of_network.push_back(static_cast<std::size_t>(found - known.begin()));
    if (found != known.end()) continue;
    known.push_back(text);
    shared.inputs.push_back(std::move(input));
  }
  return shared;
}

std::vector<const Network*> networks_of(const LoadedEnsemble& ensemble) {
  std::vector<const Network*> networks;
  networks.reserve(ensemble.members.size());
  for (const LoadedNetwork& member : ensemble.members) networks.push_back(member.network.get());
  return networks;
}

}  // namespace mien
