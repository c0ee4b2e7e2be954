#include "mien/infer/smoothing.h"

#include <cmath>
#include <limits>
#include <numeric>

#include <gtest/gtest.h>

#include "mien/error.h"

namespace mien {
namespace {

FrameReading frame_of(double time, const Prediction& prediction, std::int64_t id = 1) {
  FaceReading face;
  face.face_id = id;
  face.prediction = prediction;
  FrameReading frame;
  frame.timestamp = time;
  frame.faces = {face};
  return frame;
}

Prediction valence(float value) {
  Prediction prediction;
  prediction.valence = value;
  return prediction;
}

/// What comes out at that time.
Prediction smoothed(Smoother& smoother, double time, const Prediction& prediction) {
  FrameReading frame = frame_of(time, prediction);
  smoother.apply(frame);
  return frame.faces[0].adjusted.value();
}

TEST(Smoothing, AStepComesBy63PercentAfterTheTimeConstant) {
  for (const double rate : {5.0, 30.0, 240.0}) {
    Smoother smoother({0.5});
    smoothed(smoother, 0, valence(0));
    float value = 0;
    for (int i = 1; i <= static_cast<int>(rate / 2); ++i) {
      value = smoothed(smoother, i / rate, valence(1)).valence.value();
    }
    const double time = std::floor(rate / 2) / rate;
    EXPECT_NEAR(value, 1 - std::exp(-time / 0.5), 1e-5) << rate;
  }
}

TEST(Smoothing, ARampComesOutTheDelayLate) {
  Smoother smoother({0.5});
  float value = 0;
  for (int i = 0; i <= 1000; ++i) {
    const double time = i * 0.01;
    value = smoothed(smoother, time, valence(static_cast<float>(time))).valence.value();
  }
  EXPECT_NEAR(value, 10 - 0.5, 0.01);
}

TEST(Smoothing, SkippedFramesChangeNothingForAValueThatStays) {
  Smoother dense({0.4});
  Smoother sparse({0.4});
  smoothed(dense, 0, valence(-1));
  smoothed(sparse, 0, valence(-1));
  for (int i = 1; i < 7; ++i) smoothed(dense, i * 0.1, valence(0.5F));
  EXPECT_NEAR(smoothed(dense, 0.7, valence(0.5F)).valence.value(),
              smoothed(sparse, 0.7, valence(0.5F)).valence.value(),
              1e-6);
}

TEST(Smoothing, ProbabilitiesStayADistribution) {
  Smoother smoother({0.3});
  double time = 0;
  for (const float p : {0.1F, 0.9F, 0.5F, 0.0F}) {
    Prediction prediction;
    prediction.expression = {p, (1 - p) / 4, 3 * (1 - p) / 4};
    const Prediction smooth = smoothed(smoother, time += 0.07, prediction);
    EXPECT_NEAR(std::accumulate(smooth.expression.begin(), smooth.expression.end(), 0.0), 1, 1e-6);
    for (const float each : smooth.expression) EXPECT_GE(each, 0);
  }
}

TEST(Smoothing, MissingStaysMissingAndIsGoneOnFrom) {
  Smoother smoother({1});
  smoothed(smoother, 0, valence(1));
  const Prediction gap = smoothed(smoother, 0.5, Prediction());
  EXPECT_FALSE(gap.valence.has_value());
  EXPECT_TRUE(gap.expression.empty());
  // Since it was last there, one second ago.
  EXPECT_NEAR(smoothed(smoother, 1, valence(0)).valence.value(), std::exp(-1.0), 1e-6);
}

TEST(Smoothing, EachPersonForThemselves) {
  Smoother smoother({1});
  FrameReading first = frame_of(0, valence(1), 1);
  first.faces.push_back(frame_of(0, valence(-1), 2).faces[0]);
  first.faces.push_back(frame_of(0, valence(0.5F), 0).faces[0]);
  smoother.apply(first);
  FrameReading second = frame_of(0.1, valence(1), 1);
  second.faces.push_back(frame_of(0.1, valence(-1), 2).faces[0]);
  smoother.apply(second);
  EXPECT_FLOAT_EQ(second.faces[0].adjusted.value().valence.value(), 1);
  EXPECT_FLOAT_EQ(second.faces[1].adjusted.value().valence.value(), -1);
  EXPECT_FALSE(first.faces[2].adjusted.has_value());  // not followed
}

TEST(Smoothing, GoesOnFromAnotherCorrection) {
  Smoother smoother({1});
  FrameReading frame = frame_of(0, valence(1));
  frame.faces[0].adjusted = valence(0.25F);
  smoother.apply(frame);
  EXPECT_EQ(frame.faces[0].adjusted.value().valence, 0.25F);
  EXPECT_EQ(frame.faces[0].prediction.valence, 1.0F);
}

TEST(Smoothing, NothingAtZeroAndNothingOddAsConstant) {
  Smoother none(SmoothingOptions{});
  FrameReading frame = frame_of(0, valence(1));
  none.apply(frame);
  EXPECT_FALSE(frame.faces[0].adjusted.has_value());
  EXPECT_THROW(Smoother({-1}), OptionError);
  EXPECT_THROW(Smoother({std::numeric_limits<double>::quiet_NaN()}), OptionError);
}

}  // namespace
}  // namespace mien
