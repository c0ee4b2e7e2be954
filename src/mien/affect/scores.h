// The scores of ABAW over whole sets (method sections 1 and 8): a missing label never counts.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "mien/affect.h"

namespace mien {

/// Concordance correlation coefficient with population statistics (eq. 9).
/// Nothing when fewer than two pairs; 0 when the denominator is 0. `a` and `b` have one length.
std::optional<double> concordance(std::span<const double> a, std::span<const double> b);

/// F1 = 2 tp / (2 tp + fp + fn); 0 when there is no positive in labels or predictions.
double f1_score(std::int64_t true_positive,
                std::int64_t false_positive,
                std::int64_t false_negative);

/// Counts of one class or unit and its F1. `f1` is nothing where no valid label exists.
struct ClassScore {
  std::string name;
  std::int64_t labels = 0;     ///< valid labels of the task (units: of this unit)
  std::int64_t positives = 0;  ///< labels that say yes
  std::int64_t true_positive = 0;
  std::int64_t false_positive = 0;
  std::int64_t false_negative = 0;
  std::optional<double> f1;
  std::optional<double> recall;
};

struct Scores {
  std::int64_t samples = 0;
  std::int64_t valence_arousal_labels = 0;
  std::int64_t expression_labels = 0;
  std::optional<double> ccc_valence;
  std::optional<double> ccc_arousal;
  std::optional<double> ccc;  ///< mean of the two
  std::vector<ClassScore> expressions;
  std::optional<double> expression_f1;  ///< mean over all classes; a class never seen nor said is 0
  std::optional<double> expression_accuracy;
  std::optional<double> expression_macro_accuracy;     ///< mean recall over classes with labels
  std::optional<double> expression_calibration_error;  ///< calibration.h; of constants: nothing
  std::vector<std::vector<std::int64_t>> confusion;    ///< [label][prediction]
  std::vector<ClassScore> action_units;
  std::optional<double> action_unit_f1;
  std::optional<double> p_mtl;  ///< eq. 8: ABAW's classes and units, all three tasks labelled
  /// Sum over the tasks that have labels: what the best epoch goes by.
  std::optional<double> total;
};

/// Scores predictions against labels, both in the order of `vocabulary`. An entry counts where both
/// the label and the prediction say something: valence and arousal both, the expression, each unit
/// by itself. Valence and arousal are taken as they are, unclipped; the expression is the first of
/// the most probable. `thresholds`: one probability an action unit (empty: 0.5 each); a unit is
/// present when >=. Throws UsageError where lengths or indices do not agree with the vocabulary.
Scores score(std::span<const Prediction> predictions,
             std::span<const Label> labels,
             const Vocabulary& vocabulary,
             std::span<const double> thresholds = {});

/// The scores of the best answer that is the same for every picture, to print beside: the most
/// frequent class (best in F1 and accuracy alike), every unit present (absent would be F1 0), the
/// mean valence and arousal (CCC 0, as any constant has).
Scores score_constant(std::span<const Label> labels, const Vocabulary& vocabulary);

/// Scores as the JSON object that `evaluate` writes and metrics.jsonl holds: the members' names,
/// null where there is nothing, numbers as they are (not x100), "expressions" and "action_units" as
/// arrays.
std::string scores_to_json(const Scores& scores);

}  // namespace mien
