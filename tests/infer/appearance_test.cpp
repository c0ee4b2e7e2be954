#include "mien/infer/appearance.h"

#include <cmath>

#include <gtest/gtest.h>

namespace mien {
namespace {

TEST(Look, IsTheDirectionOfTheFeatures) {
  Look look;
  EXPECT_FALSE(look.distance({1, 0}).has_value());
  look.see({2, 0}, 0);
  EXPECT_NEAR(look.distance({5, 0}).value(), 0, 1e-9);
  EXPECT_NEAR(look.distance({0, 3}).value(), 2, 1e-6);
  EXPECT_FALSE(look.distance({1, 0, 0}).has_value());
  EXPECT_FALSE(look.distance({}).has_value());
  EXPECT_FALSE(look.distance({0, 0}).has_value());
}

TEST(Look, AveragesAndMovesOn) {
  Look look;
  look.see({1, 0}, 0);
  look.see({0, 1}, 0.04);  // the mean of the two
  EXPECT_NEAR(look.distance({1, 0}).value(), 0.5, 1e-6);
  for (int i = 0; i < 200; ++i) look.see({0, 1}, 0.1);
  EXPECT_LT(look.distance({0, 1}).value(), 1e-3);
  look.see({1, 0, 0}, 1);  // another network's: passed over
  EXPECT_LT(look.distance({0, 1}).value(), 1e-3);
}

TEST(LookScale, SaysNothingBeforeItKnows) {
  LookScale scale;
  for (int i = 0; i < 9; ++i) scale.note_same(0.01);
  EXPECT_EQ(scale.strangeness(1), 0);
  scale.note_same(0.01);
  EXPECT_GT(scale.strangeness(1), 1);
}

TEST(LookScale, TellsPeopleApartWhereFeaturesDo) {
  LookScale scale;
  for (int i = 0; i < 50; ++i) {
    scale.note_same(0.02);
    scale.note_different(0.5);
  }
  EXPECT_LT(scale.strangeness(0.02), -1);
  EXPECT_EQ(scale.strangeness(0.5), 6);
}

TEST(LookScale, KeepsOutOfItWhereFeaturesDoNot) {
  LookScale scale;
  for (int i = 0; i < 50; ++i) {
    scale.note_same(0.3);
    scale.note_different(0.3);
  }
  EXPECT_EQ(scale.strangeness(0.01), 0);
  EXPECT_EQ(scale.strangeness(1), 0);
}

}  // namespace
}  // namespace mien
