// Comparing readings in tests.
#pragma once

#include <cmath>

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

inline testing::AssertionResult same(const Prediction& first, const Prediction& second) {
  constexpr double kTolerance = 1e-3;
  if (first.valence.has_value() != second.valence.has_value()) return testing::AssertionFailure();
  double largest = std::max(largest_difference(first.expression, second.expression),
                            largest_difference(first.action_units, second.action_units));
  if (first.valence) {
    largest = std::max(largest, static_cast<double>(std::abs(*first.valence - *second.valence)));
    largest = std::max(largest, static_cast<double>(std::abs(*first.arousal - *second.arousal)));
  }
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
