// How far readings move under the changes that a video brings to the same face.
#pragma once

#include <optional>
#include <vector>

#include "mien/affect.h"

namespace mien {

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
