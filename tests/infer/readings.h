// Comparing readings in tests.
#pragma once

#include <algorithm>
#include <cmath>
#include <optional>
#include <vector>

#include <gtest/gtest.h>

#include "mien/reading.h"

namespace mien::test {

inline double largest_difference(const std::vector<float>& first,
                                 const std::vector<float>& second) {
  if (first.size() != second.size()) return HUGE_VAL;
  double largest = 0;
  for (std::size_t i = 0; i < first.size(); ++i) {
    largest = std::max(largest, static_cast<double>(std::abs(first[i] - second[i])));
  }
  return largest;
}

inline std::vector<float> values_of(const std::optional<float>& value) {
  return value ? std::vector<float>{*value} : std::vector<float>();
}

inline testing::AssertionResult same(const Prediction& first, const Prediction& second) {
  constexpr double kTolerance = 1e-3;
  const double largest =
      std::max({largest_difference(first.expression, second.expression),
                largest_difference(first.action_units, second.action_units),
                largest_difference(values_of(first.valence), values_of(second.valence)),
                largest_difference(values_of(first.arousal), values_of(second.arousal))});
  // Written so that NaN fails.
  if (largest <= kTolerance) return testing::AssertionSuccess();
  return testing::AssertionFailure() << "predictions differ by " << largest;
}

/// Same faces in the same order, values to 1e-3, places to a hundredth of a pixel.
inline testing::AssertionResult same(const std::vector<FaceReading>& first,
                                     const std::vector<FaceReading>& second) {
  if (first.size() != second.size()) {
    return testing::AssertionFailure() << first.size() << " and " << second.size() << " faces";
  }
  for (std::size_t i = 0; i < first.size(); ++i) {
    if (first[i].face_id != second[i].face_id) return testing::AssertionFailure() << "other ids";
    if (!(std::abs(first[i].box.x - second[i].box.x) <= 0.01F)) {
      return testing::AssertionFailure() << "face " << i << " lies elsewhere";
    }
    const testing::AssertionResult equal = same(first[i].prediction, second[i].prediction);
    if (!equal) return equal;
  }
  return testing::AssertionSuccess();
}

}  // namespace mien::test
