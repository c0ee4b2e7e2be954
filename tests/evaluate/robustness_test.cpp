#include "mien/evaluate/robustness.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mien/error.h"

namespace mien {
namespace {

using testing::DoubleNear;
using testing::Optional;

Prediction prediction(float valence, std::vector<float> expression, std::vector<float> units) {
  return {valence, 0.0f, std::move(expression), std::move(units)};
}

TEST(Robustness, CountsWhatMoves) {
  const Movement moved = movement(
      {prediction(0.1f, {0.9f, 0.1f}, {0.4f, 0.6f}), prediction(0.3f, {0.2f, 0.8f}, {0.9f, 0.1f})},
      {prediction(0.2f, {0.4f, 0.6f}, {0.6f, 0.6f}), prediction(0.6f, {0.3f, 0.7f}, {0.8f, 0.2f})},
      {});
  EXPECT_THAT(moved.valence, Optional(DoubleNear(0.2, 1e-6)));
  EXPECT_THAT(moved.arousal, Optional(DoubleNear(0, 1e-12)));
  EXPECT_THAT(moved.expression, Optional(DoubleNear(0.5, 1e-12)));
  EXPECT_THAT(moved.action_units, Optional(DoubleNear(0.25, 1e-12)));
}

TEST(Robustness, DecidesByTheThresholds) {
  const std::vector<Prediction> before = {prediction(0, {}, {0.4f})};
  const std::vector<Prediction> after = {prediction(0, {}, {0.6f})};
  EXPECT_THAT(movement(before, after, {}).action_units, Optional(DoubleNear(1, 1e-12)));
  EXPECT_THAT(movement(before, after, {0.3}).action_units, Optional(DoubleNear(0, 1e-12)));
  EXPECT_FALSE(movement(before, after, {}).expression.has_value());
}

TEST(Robustness, RefusesAnswersOfOtherPictures) {
  EXPECT_THROW(movement({Prediction()}, {}, {}), UsageError);
}

}  // namespace
}  // namespace mien
