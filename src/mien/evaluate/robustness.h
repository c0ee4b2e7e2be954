// How far readings move under the changes that a video brings to the same face.
#pragma once

#include <optional>
#include <vector>

#include "mien/affect.h"
#include "mien/data/picture_change.h"
#include "mien/data/sets.h"
#include "mien/evaluate/evaluate.h"
#include "mien/evaluate/run_over.h"

namespace mien {

/// Predicts every sample of the sets with its picture changed, or as it is where `change` is null,
/// in order and in the network's vocabulary. The network lies on the settings' device. Throws
/// DataError for a picture that cannot be read, Error(kInterrupted) when `pass.stop` is set.
std::vector<Prediction> predict_changed(Network& network,
                                        const std::vector<SampleSet>& sets,
                                        const PictureChange* change,
                                        const RunSettings& settings,
                                        const Pass& pass);

/// What one change did to the answers; nothing for what the network does not give.
struct Movement {
  std::optional<double> valence;       ///< mean absolute difference, of [-1, 1]
  std::optional<double> arousal;       ///< the same
  std::optional<double> expression;    ///< share of pictures that are given another class
  std::optional<double> action_units;  ///< share of all units' decisions that turn
};
/// `before` and `after` are of the same pictures; `thresholds`: one a unit or none. Throws
/// UsageError where they do not agree in number.
Movement movement(const std::vector<Prediction>& before,
                  const std::vector<Prediction>& after,
                  const std::vector<double>& thresholds);

}  // namespace mien
