#include "mien/affect/decisions.h"

#include <vector>

#include <gtest/gtest.h>

namespace mien {
namespace {

TEST(Decisions, AUnitIsPresentFromItsThresholdOn) {
  const std::vector<double> thresholds = {0.3, 0.7};
  EXPECT_TRUE(unit_present(0.3, thresholds, 0));
  EXPECT_FALSE(unit_present(0.29, thresholds, 0));
  EXPECT_FALSE(unit_present(0.5, thresholds, 1));
  EXPECT_TRUE(unit_present(0.7, thresholds, 1));
}

TEST(Decisions, WithoutThresholdsOneHalfDecides) {
  EXPECT_TRUE(unit_present(0.5, {}, 11));
  EXPECT_FALSE(unit_present(0.499, {}, 11));
}

TEST(Decisions, TheFirstOfTheMostProbableIsSaid) {
  EXPECT_EQ(most_probable(std::vector<float>{0.2F, 0.4F, 0.4F}), 1U);
  EXPECT_EQ(most_probable(std::vector<double>{1.0}), 0U);
}

}  // namespace
}  // namespace mien
