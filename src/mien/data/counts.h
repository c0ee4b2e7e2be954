// What a training set holds, counted: labels by task, class and unit.
#pragma once

#include <cstdint>
#include <vector>

#include "mien/data/sets.h"

namespace mien {

/// Labels over sets of one vocabulary; vectors in its order.
struct LabelCounts {
  std::int64_t samples = 0;
  std::int64_t valence_arousal = 0;       ///< samples with both
  std::int64_t expression = 0;            ///< samples with a class
  std::int64_t action_units = 0;          ///< samples with a label for at least one unit
  std::int64_t unlabelled = 0;            ///< samples with none of these
  std::int64_t votes = 0;                 ///< samples with a distribution over classes
  std::vector<std::int64_t> expressions;  ///< samples of each class
  std::vector<std::int64_t> present;      ///< samples in which each unit is present
  std::vector<std::int64_t> absent;       ///< samples in which each unit is absent
};
LabelCounts count_labels(const SampleSet& set);
/// Over several sets, which must have one vocabulary (UsageError).
LabelCounts count_labels(const std::vector<SampleSet>& sets);

/// Negatives over positives of each unit (`loss.au_pos_weight = auto`, method section 5); 1 for a
/// unit that lacks either.
std::vector<double> positive_weights(const LabelCounts& counts);

/// Samples of the most frequent class over those of each (`loss.expr_class_weights = auto`); 1 for
/// a class without any.
std::vector<double> class_weights(const LabelCounts& counts);

/// Whether the sample carries a label of the task.
bool has_unit_label(const Label& label);

}  // namespace mien
