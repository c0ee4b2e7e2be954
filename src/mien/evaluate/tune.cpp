#include "mien/evaluate/tune.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "mien/affect/calibration.h"
#include "mien/affect/decisions.h"
#include "mien/error.h"

namespace mien {
namespace {

constexpr double kLeastTemperature = 1.0 / 20;
constexpr double kLargestTemperature = 20;
constexpr int kBisections = 60;  // more than the bits of a double's fraction
constexpr std::int64_t kMostFolds = 100;

/// Counts of a threshold on flags that are sorted by falling probability.
struct Cut {
  double threshold = kUnitThreshold;
  double f1 = 0;
};

/// Better is the larger F1, then the nearer to 0.5, then the higher.
bool better(const Cut& a, const Cut& b) {
  if (a.f1 != b.f1) return a.f1 > b.f1;
  return std::abs(a.threshold - kUnitThreshold) < std::abs(b.threshold - kUnitThreshold);
}

/// Where a threshold between two neighbours is put: at 0.5 where that lies between them.
double between_neighbours(double lower, double upper) {
  if (lower < kUnitThreshold && kUnitThreshold <= upper) return kUnitThreshold;
  return lower + (upper - lower) / 2;
}

/// log p of every class of the labelled pictures, and the label: what the temperature works on.
struct LogProbabilities {
  std::vector<std::vector<double>> values;
  std::vector<std::size_t> labels;
};

LogProbabilities labelled_logs(std::span<const Prediction> predictions,
                               std::span<const Label> labels) {
  LogProbabilities result;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const auto label = static_cast<std::size_t>(labels[i].expression);
    if (labels[i].expression < 0 || label >= predictions[i].expression.size()) continue;
    std::vector<double> logs;
    logs.reserve(predictions[i].expression.size());
    for (const float probability : predictions[i].expression) {
      logs.push_back(log_probability(probability));
    }
    result.values.push_back(std::move(logs));
    result.labels.push_back(label);
  }
  return result;
}

/// Slope of the negative log likelihood in b = 1/T: the mean of E_p(b)[log p] - log p[label].
double likelihood_slope(const LogProbabilities& logs, double b) {
  double slope = 0;
  for (std::size_t i = 0; i < logs.values.size(); ++i) {
    const std::vector<double>& values = logs.values[i];
    const double largest = *std::max_element(values.begin(), values.end());
    double sum = 0;
    double weighted = 0;
    for (const double value : values) {
      const double power = std::exp(b * (value - largest));
      sum += power;
      weighted += power * value;
    }
    slope += weighted / sum - values[logs.labels[i]];
  }
  return slope;
}

std::vector<ScoredFlag> flags_of(std::span<const Prediction> predictions,
                                 std::span<const Label> labels,
                                 std::size_t unit) {
  std::vector<ScoredFlag> flags;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const std::vector<float>& said = predictions[i].action_units;
    const std::vector<std::int8_t>& truth = labels[i].action_units;
    if (said.empty() || truth.empty() || truth[unit] < 0) continue;
    flags.push_back({said[unit], truth[unit] == 1});
  }
  return flags;
}

template <typename Value>
std::vector<Value> chosen(std::span<const Value> values, const std::vector<std::size_t>& indices) {
  std::vector<Value> result;
  result.reserve(indices.size());
  for (const std::size_t i : indices) result.push_back(values[i]);
  return result;
}

}  // namespace

void describe(TuneOptions& options, Fields& fields) {
  fields.add("least",
             options.least,
             "pictures with an action unit, and without it, that its threshold is fitted on; below "
             "it stays 0.5",
             at_least(1));
  fields.add("folds",
             options.folds,
             "parts of the cross-validation, whose scores are of pictures that were not fitted on; "
             "0: none",
             between(0, kMostFolds));
}

double best_threshold(std::vector<ScoredFlag> flags) {
  std::sort(flags.begin(), flags.end(), [](const ScoredFlag& a, const ScoredFlag& b) {
    return a.probability > b.probability;
  });
  const auto positives = static_cast<std::int64_t>(std::count_if(
      flags.begin(), flags.end(), [](const ScoredFlag& flag) { return flag.present; }));
  Cut best{kUnitThreshold, -1};
  std::int64_t true_positive = 0;
  // From nothing present (above the largest) to everything (below the smallest).
  for (std::size_t said = 0; said <= flags.size(); ++said) {
    if (said > 0 && flags[said - 1].present) ++true_positive;
    const double upper = said > 0 ? static_cast<double>(flags[said - 1].probability) : 1.0;
    const double lower = said < flags.size() ? static_cast<double>(flags[said].probability) : 0.0;
    if (said < flags.size() && lower == upper) continue;  // inside a tie
    const auto all = static_cast<std::int64_t>(said);
    const Cut cut{between_neighbours(lower, upper),
                  f1_score(true_positive, all - true_positive, positives - true_positive)};
    if (better(cut, best)) best = cut;
  }
  return best.threshold;
}

double best_temperature(std::span<const Prediction> predictions, std::span<const Label> labels) {
  const LogProbabilities logs = labelled_logs(predictions, labels);
  if (logs.values.empty()) return 1;
  double low = 1 / kLargestTemperature;
  double high = 1 / kLeastTemperature;
  if (likelihood_slope(logs, low) >= 0) return kLargestTemperature;
  if (likelihood_slope(logs, high) <= 0) return kLeastTemperature;
  for (int i = 0; i < kBisections; ++i) {
    const double middle = std::sqrt(low * high);
    (likelihood_slope(logs, middle) < 0 ? low : high) = middle;
  }
  return 1 / std::sqrt(low * high);
}

Tuning fit_tuning(std::span<const Prediction> predictions,
                  std::span<const Label> labels,
                  const Vocabulary& vocabulary,
                  std::int64_t least) {
  Tuning tuning;
  for (std::size_t unit = 0; unit < vocabulary.action_units.size(); ++unit) {
    std::vector<ScoredFlag> flags = flags_of(predictions, labels, unit);
    const auto present = static_cast<std::int64_t>(std::count_if(
        flags.begin(), flags.end(), [](const ScoredFlag& flag) { return flag.present; }));
    const std::int64_t absent = static_cast<std::int64_t>(flags.size()) - present;
    if (std::min(present, absent) >= least) {
      tuning.thresholds.push_back(best_threshold(std::move(flags)));
      continue;
    }
    tuning.thresholds.push_back(kUnitThreshold);
    tuning.left.push_back(vocabulary.action_units[unit] + ": " + std::to_string(present) +
                          " pictures with it, " + std::to_string(absent) + " without");
  }
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const bool counts = labels[i].expression >= 0 && !predictions[i].expression.empty();
    tuning.expression_labels += counts ? 1 : 0;
  }
  if (tuning.expression_labels >= least) {
    tuning.temperature = best_temperature(predictions, labels);
  } else if (!vocabulary.expressions.empty()) {
    tuning.left.push_back("temperature: " + std::to_string(tuning.expression_labels) +
                          " pictures with an expression");
  }
  return tuning;
}

CrossValidation cross_validate(std::span<const Prediction> predictions,
                               std::span<const Label> labels,
                               const Vocabulary& vocabulary,
                               std::span<const std::int64_t> folds,
                               std::int64_t least) {
  if (folds.size() != labels.size() || predictions.size() != labels.size()) {
    throw UsageError("cross-validation: a prediction and a fold are needed for each label");
  }
  std::vector<Prediction> decided(predictions.begin(), predictions.end());
  const std::int64_t count = folds.empty() ? 0 : *std::max_element(folds.begin(), folds.end()) + 1;
  for (std::int64_t fold = 0; fold < count; ++fold) {
    std::vector<std::size_t> others;
    for (std::size_t i = 0; i < folds.size(); ++i) {
      if (folds[i] != fold) others.push_back(i);
    }
    const Tuning tuning =
        fit_tuning(chosen(predictions, others), chosen(labels, others), vocabulary, least);
    for (std::size_t i = 0; i < folds.size(); ++i) {
      if (folds[i] != fold) continue;
      apply_temperature(decided[i].expression, tuning.temperature);
      // Folds have thresholds of their own: what is said is written as a probability of 1 or 0.
      for (std::size_t unit = 0; unit < decided[i].action_units.size(); ++unit) {
        float& probability = decided[i].action_units[unit];
        probability =
            unit_present(static_cast<double>(probability), tuning.thresholds, unit) ? 1.0F : 0.0F;
      }
    }
  }
  return {score(decided, labels, vocabulary), negative_log_likelihood(decided, labels)};
}

}  // namespace mien
