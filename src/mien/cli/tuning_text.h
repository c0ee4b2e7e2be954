// What `mien tune` shows: scores and thresholds as they were, as fitted, and cross-validated.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "mien/affect/scores.h"

namespace mien::cli {

/// Scores of one choice of thresholds and temperature.
struct TunedScores {
  std::vector<double> thresholds;  ///< one a unit; empty: 0.5 each, or others in every fold
  std::optional<double> temperature;
  Scores scores;
  std::optional<double> negative_log_likelihood;
};

struct TuningReport {
  TunedScores before;
  TunedScores fitted;
  std::optional<TunedScores> cross_validated;
};

/// A table of the whole and one of the units, x100 where they are scores.
std::string tuning_text(const TuningReport& report);

}  // namespace mien::cli
