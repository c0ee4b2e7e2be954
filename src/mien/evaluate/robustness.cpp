#include "mien/evaluate/robustness.h"

#include <cmath>
#include <cstdint>

#include "mien/affect/decisions.h"
#include "mien/error.h"

namespace mien {
namespace {

/// The mean of what each pair of answers gives; nothing where there is none.
class Mean {
 public:
  void add(double value) {
    sum_ += value;
    ++count_;
  }
  std::optional<double> value() const {
    if (count_ == 0) return std::nullopt;
    return sum_ / static_cast<double>(count_);
  }

 private:
  double sum_ = 0;
  std::int64_t count_ = 0;
};

void add_difference(Mean& mean, std::optional<float> before, std::optional<float> after) {
  if (before && after) mean.add(std::abs(static_cast<double>(*before) - *after));
}

}  // namespace

Movement movement(const std::vector<Prediction>& before,
                  const std::vector<Prediction>& after,
                  const std::vector<double>& thresholds) {
  if (before.size() != after.size()) {
    throw UsageError("answers before and after a change are of different numbers of pictures");
  }
  Mean valence, arousal, expression, action_units;
  for (std::size_t i = 0; i < before.size(); ++i) {
    const Prediction& one = before[i];
    const Prediction& two = after[i];
    add_difference(valence, one.valence, two.valence);
    add_difference(arousal, one.arousal, two.arousal);
    if (!one.expression.empty()) {
      expression.add(most_probable(one.expression) == most_probable(two.expression) ? 0 : 1);
    }
    for (std::size_t unit = 0; unit < one.action_units.size(); ++unit) {
      const bool was = unit_present(one.action_units[unit], thresholds, unit);
      const bool is = unit_present(two.action_units[unit], thresholds, unit);
      action_units.add(was == is ? 0 : 1);
    }
  }
  return {valence.value(), arousal.value(), expression.value(), action_units.value()};
}

}  // namespace mien
