#include "mien/infer/neutral.h"

#include <cmath>

#include <gtest/gtest.h>

#include "mien/error.h"

namespace mien {
namespace {

FrameReading frame_of(std::int64_t id, float valence, std::vector<float> units) {
  FaceReading face;
  face.face_id = id;
  face.prediction.valence = valence;
  face.prediction.arousal = -valence;
  face.prediction.expression = {0.25F, 0.75F};
  face.prediction.action_units = std::move(units);
  FrameReading frame;
  frame.faces = {face};
  return frame;
}

const Prediction& corrected(const NeutralBaseline& baseline, FrameReading& frame) {
  baseline.apply(frame);
  return frame.faces[0].shown();
}

/// Valences 0, 0.01 .. 0.5 of person 1 (the median is 0.25) and a few more.
NeutralBaseline seen_baseline() {
  NeutralBaseline baseline;
  for (int i = 0; i <= 50; ++i) {
    const int shuffled = i * 16 % 51;
    baseline.add(frame_of(1, 0.01F * static_cast<float>(shuffled), {0.4F, 0.02F}));
    if (i < 49) baseline.add(frame_of(2, -0.3F, {0.1F, 0.1F}));
  }
  return baseline;
}

TEST(Neutral, TakesThePersonsMedianAway) {
  const NeutralBaseline baseline = seen_baseline();
  EXPECT_EQ(baseline.frames(1), 51);
  FrameReading frame = frame_of(1, 0.45F, {0.4F, 0.02F});
  const Prediction& after = corrected(baseline, frame);
  EXPECT_NEAR(after.valence.value(), 0.2, 0.003);
  EXPECT_NEAR(after.arousal.value(), -0.2, 0.003);
  EXPECT_EQ(after.expression, frame.faces[0].prediction.expression);
}

TEST(Neutral, UnitsOfTheRestingFaceComeDownToRest) {
  const NeutralBaseline baseline = seen_baseline();
  FrameReading rest = frame_of(1, 0, {0.4F, 0.02F});
  EXPECT_NEAR(corrected(baseline, rest).action_units[0], 0.1, 0.002);
  EXPECT_EQ(corrected(baseline, rest).action_units[1], 0.02F);  // was not there: stays
  FrameReading shown = frame_of(1, 0, {0.9F, 0.9F});
  // Odds 9 are divided by those of 0.4 and multiplied by those of 0.1: 9 / (2/3) / 9.
  EXPECT_NEAR(corrected(baseline, shown).action_units[0], 1.5 / 2.5, 0.005);
  EXPECT_EQ(corrected(baseline, shown).action_units[1], 0.9F);
}

TEST(Neutral, WhoWasSeenTooShortlyStays) {
  const NeutralBaseline baseline = seen_baseline();
  for (const std::int64_t id : {2, 3, 0}) {
    FrameReading frame = frame_of(id, 0.4F, {0.5F, 0.5F});
    baseline.apply(frame);
    EXPECT_FALSE(frame.faces[0].adjusted.has_value()) << id;
  }
}

TEST(Neutral, AnEvenCountHasTheMeanOfTheMiddleTwo) {
  NeutralBaseline baseline({4, 0.1});
  for (const float value : {-0.8F, 0.2F, 0.4F, 0.9F}) baseline.add(frame_of(1, value, {}));
  FrameReading frame = frame_of(1, 0.3F, {});
  EXPECT_NEAR(corrected(baseline, frame).valence.value(), 0, 0.003);
}

TEST(Neutral, MissingStaysMissing) {
  NeutralBaseline baseline({1, 0.1});
  baseline.add(frame_of(1, 0.4F, {0.5F}));
  FrameReading frame = frame_of(1, 0.4F, {});
  frame.faces[0].prediction = {};
  const Prediction& after = corrected(baseline, frame);
  EXPECT_FALSE(after.valence.has_value());
  EXPECT_TRUE(after.action_units.empty());
}

TEST(Neutral, NumbersThatAreNoneDoNoHarm) {
  NeutralBaseline baseline({1, 0.1});
  baseline.add(frame_of(1, std::nanf(""), {std::nanf(""), 0.0F, 1.0F}));
  FrameReading frame = frame_of(1, 0.4F, {0.5F, 0.5F, 0.5F});
  EXPECT_FLOAT_EQ(corrected(baseline, frame).valence.value(), 0.4F);
}

TEST(Neutral, OptionsAreChecked) {
  EXPECT_THROW(NeutralBaseline({0, 0.1}), OptionError);
  EXPECT_THROW(NeutralBaseline({1, 0}), OptionError);
  EXPECT_THROW(NeutralBaseline({1, 1}), OptionError);
}

}  // namespace
}  // namespace mien
