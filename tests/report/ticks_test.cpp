#include "mien/report/ticks.h"

#include <cmath>
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mien {
namespace {

using testing::ElementsAre;

TEST(NiceTicks, RoundStepsAroundTheValues) {
  const Ticks ticks = nice_ticks(0.13, 1.9, 5);
  EXPECT_DOUBLE_EQ(ticks.step, 0.5);
  EXPECT_THAT(ticks.positions(), ElementsAre(0, 0.5, 1, 1.5, 2));
  EXPECT_EQ(ticks.label(0.5), "0.5");
  EXPECT_EQ(ticks.label(0), "0");
}

TEST(NiceTicks, HoldWhatTheyAreMadeForAtEveryScale) {
  double scale = 1e-8;
  for (int i = 0; i < 20; ++i, scale *= 7.3) {
    const Ticks ticks = nice_ticks(-0.37 * scale, 0.91 * scale, 5);
    EXPECT_LE(ticks.low, -0.37 * scale);
    EXPECT_GE(ticks.high, 0.91 * scale);
    EXPECT_GE(ticks.positions().size(), 3U);
    EXPECT_LE(ticks.positions().size(), 8U);
    const double lead = ticks.step / std::pow(10, std::floor(std::log10(ticks.step) + 1e-9));
    EXPECT_TRUE(std::abs(lead - 1) < 1e-6 || std::abs(lead - 2) < 1e-6 || std::abs(lead - 5) < 1e-6)
        << lead;
  }
}

TEST(NiceTicks, EqualEndsGetRoom) {
  const Ticks ticks = nice_ticks(0.5, 0.5, 5);
  EXPECT_LT(ticks.low, 0.5);
  EXPECT_GT(ticks.high, 0.5);
  EXPECT_LT(nice_ticks(0, 0, 5).low, nice_ticks(0, 0, 5).high);
}

TEST(NiceTicks, NothingToShow) {
  const double infinity = std::numeric_limits<double>::infinity();
  EXPECT_DOUBLE_EQ(nice_ticks(infinity, -infinity, 5).high, 1);
}

TEST(NiceTicks, SmallNumbersGetAnExponent) {
  EXPECT_EQ(nice_ticks(0, 8e-4, 4).label(2e-4), "2.0e-04");
}

TEST(WholeTicks, EpochsAreWhole) {
  EXPECT_THAT(whole_ticks(1, 4, 8).positions(), ElementsAre(1, 2, 3, 4));
  EXPECT_THAT(whole_ticks(1, 30, 8).positions(), ElementsAre(5, 10, 15, 20, 25, 30));
  EXPECT_THAT(whole_ticks(1, 1, 8).positions(), ElementsAre(0, 1, 2));
}

TEST(TimeTicks, StepsAreThoseOfAClock) {
  EXPECT_EQ(time_ticks(0, 120, 10).step, 15);
  EXPECT_EQ(time_ticks(0, 1800, 10).step, 300);
  EXPECT_EQ(time_ticks(0, 3, 10).step, 0.5);
  EXPECT_EQ(time_ticks(0, 10 * 3600, 10).step, 3600);
  EXPECT_EQ(time_ticks(0, 0, 10).step > 0, true);
}

TEST(TimeLabel, MinutesAndHours) {
  EXPECT_EQ(time_label(0, 1), "0:00");
  EXPECT_EQ(time_label(65, 1), "1:05");
  EXPECT_EQ(time_label(59.7, 1), "1:00");
  EXPECT_EQ(time_label(3723, 60), "1:02:03");
  EXPECT_EQ(time_label(5.25, 0.25), "0:05.3");
  EXPECT_EQ(time_label(5.25, 0.05), "0:05.25");
  EXPECT_EQ(time_label(59.999, 0.05), "1:00.00");
}

}  // namespace
}  // namespace mien
