// Several networks that answer together, and the file that names them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "mien/affect/prediction_mean.h"
#include "mien/core/options.h"
#include "mien/nn/weights.h"

namespace mien {

/// A network of an ensemble.
struct EnsembleMember {
  std::string file;    ///< its weights, relative to the ensemble's file
  std::string sha256;  ///< of that file
  double weight = 1;   ///< in the mean
};
void describe(EnsembleMember& member, Fields& fields);

/// What an ensemble's file says. docs/formats.md describes it.
struct EnsembleFile {
  std::int64_t format = 1;
  std::string mien;       ///< version that wrote it
  Vocabulary vocabulary;  ///< what the members give together, by name
  NetworkCard card;       ///< of the mean: thresholds (empty: the members' mean), temperature
  std::vector<EnsembleMember> members;
};
void describe(EnsembleFile& ensemble, Fields& fields);

/// Files that end in .toml are ensembles' wherever weights are asked for.
bool is_ensemble_file(const std::filesystem::path& file);
/// Throws DataError: unreadable, another format version, unknown or unusable keys, no member.
EnsembleFile read_ensemble_file(const std::filesystem::path& file);
void write_ensemble_file(const std::filesystem::path& file, EnsembleFile ensemble);

/// A weights file as the ensemble's file `ensemble` names it: relative to that.
std::string member_name(const std::filesystem::path& ensemble,
                        const std::filesystem::path& weights);
/// Where a member's weights lie. Throws DataError unless they are there, are one network's, and
/// are those of the day the ensemble was made.
std::filesystem::path member_file(const std::filesystem::path& ensemble,
                                  const EnsembleMember& member);

/// What answers as one: a network, or several with the mean of their answers.
struct LoadedEnsemble {
  std::vector<LoadedNetwork> members;  ///< at least one
  PredictionMean mean;                 ///< with the ensemble's own temperature
  NetworkCard card;  ///< thresholds in the order of `vocabulary()`, or none: 0.5 each
  std::filesystem::path file;
  const Vocabulary& vocabulary() const { return mean.vocabulary(); }
};
/// Networks as an ensemble: of one its own answers and card, of several the mean of their answers
/// and thresholds. `weights`: one above 0 a network, or none: all count the same.
LoadedEnsemble ensemble_of(std::vector<LoadedNetwork> members, std::vector<double> weights = {});
/// A weights file, a run folder (its best weights) or an ensemble's file. Throws what load_network
/// and read_ensemble_file throw.
LoadedEnsemble load_ensemble(const std::filesystem::path& run_or_file);

/// The inputs that networks want, each different one once: those that agree share their pictures.
struct SharedInputs {
  std::vector<InputOptions> inputs;
  std::vector<std::size_t> of_network;  ///< place in `inputs`
};
SharedInputs shared_inputs(const std::vector<const Network*>& networks);
/// The networks of the members.
std::vector<const Network*> networks_of(const LoadedEnsemble& ensemble);

}  // namespace mien
