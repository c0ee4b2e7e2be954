// What is fitted on validation data once a network is trained: a threshold an action unit, a
// temperature of the expressions.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "mien/affect.h"
#include "mien/affect/scores.h"
#include "mien/core/options.h"

namespace mien {

struct TuneOptions {
  std::int64_t least = 10;  ///< pictures with a unit, and without it, that a fit needs
  std::int64_t folds = 5;   ///< of the cross-validated scores; 0: none
};
void describe(TuneOptions& options, Fields& fields);

/// A unit's probability and label.
struct ScoredFlag {
  float probability = 0;
  bool present = false;
};
/// The threshold with the largest F1 on these flags: half-way between two neighbouring
/// probabilities, so that equal ones are never told apart; of equally good ones the nearest to 0.5,
/// and 0.5 itself where none is better.
double best_threshold(std::vector<ScoredFlag> flags);

/// The temperature with the least negative log likelihood of the labelled expressions, from 1/20 to
/// 20. The likelihood is convex in 1/T, so that its slope has one zero, which is bisected. 1
/// without a labelled expression.
double best_temperature(std::span<const Prediction> predictions, std::span<const Label> labels);

struct Tuning {
  std::vector<double> thresholds;  ///< one a unit of the vocabulary
  double temperature = 1;
  std::int64_t expression_labels = 0;
  std::vector<std::string> left;  ///< what keeps 0.5 or 1, and why: "AU15: 3 with it, 400 without"
};
/// Fits both. `predictions` are at temperature 1. Units and expressions with fewer than `least`
/// labels of either kind keep 0.5 and 1.
Tuning fit_tuning(std::span<const Prediction> predictions,
                  std::span<const Label> labels,
                  const Vocabulary& vocabulary,
                  std::int64_t least);

/// What fitted numbers are worth on pictures that they were not fitted on.
struct CrossValidation {
  Scores scores;  ///< over the whole set, each fold's pictures decided by the other folds' fit
  std::optional<double> negative_log_likelihood;
};
/// `folds`: the fold of each picture (folds.h).
CrossValidation cross_validate(std::span<const Prediction> predictions,
                               std::span<const Label> labels,
                               const Vocabulary& vocabulary,
                               std::span<const std::int64_t> folds,
                               std::int64_t least);

}  // namespace mien
