// From probabilities to what is said: the one rule each for expressions and action units.
#pragma once

#include <algorithm>
#include <cstddef>
#include <span>

namespace mien {

/// Where the weights fit no thresholds, a unit is present from this probability on.
inline constexpr double kUnitThreshold = 0.5;

/// The threshold of action unit `unit`; `thresholds` has one a unit, or is empty: kUnitThreshold.
inline double unit_threshold(std::span<const double> thresholds, std::size_t unit) {
  return thresholds.empty() ? kUnitThreshold : thresholds[unit];
}

/// Present when >= its threshold.
inline bool unit_present(double probability, std::span<const double> thresholds, std::size_t unit) {
  return probability >= unit_threshold(thresholds, unit);
}

/// Place of the first of the largest; of the class that is said. `values` has at least one.
template <typename Values>
std::size_t most_probable(const Values& values) {
  return static_cast<std::size_t>(std::max_element(values.begin(), values.end()) - values.begin());
}

}  // namespace mien
