#include "mien/face/quality.h"

#include <algorithm>
#include <limits>

#include <gtest/gtest.h>

#include "faces.h"

namespace mien {
namespace {

const Box& face_box() {
  static const Box kBox = test::astronaut_face().box;
  return kBox;
}

void expect_parts(const Quality& quality) {
  for (const double part : {quality.size, quality.sharpness, quality.angle, quality.value()}) {
    EXPECT_GE(part, 0);
    EXPECT_LE(part, 1);
  }
}

TEST(Quality, OfASharpFrontalFaceIsHigh) {
  const Quality quality = face_quality(test::astronaut(), face_box(), {});
  EXPECT_GT(quality.size, 0.8);
  EXPECT_GT(quality.sharpness, 0.7);
  EXPECT_EQ(quality.angle, 1);
  EXPECT_GT(quality.value(), 0.5);
}

TEST(Quality, FallsWithBlur) {
  const Image picture = test::astronaut();
  double last = std::numeric_limits<double>::infinity();
  for (const double deviation : {0.0, 0.5, 1.0, 2.0, 3.0, 4.0, 6.0, 8.0}) {
    const Quality quality =
        face_quality(deviation > 0 ? blur(picture, deviation) : picture, face_box(), {});
    expect_parts(quality);
    EXPECT_LT(quality.sharpness, last) << deviation;
    last = quality.sharpness;
  }
  EXPECT_LT(last, 0.2);
}

TEST(Quality, FallsWithShrinking) {
  const Image picture = test::astronaut();
  double last = std::numeric_limits<double>::infinity();
  for (const int side : {512, 400, 300, 220, 160, 100}) {
    const auto factor = static_cast<float>(side) / 512;
    const Quality quality = face_quality(resize(picture, side, side, Interpolation::kBilinear),
                                         test::scaled(test::astronaut_face(), factor).box,
                                         {});
    expect_parts(quality);
    EXPECT_LT(quality.value(), last) << side;
    last = quality.value();
  }
  EXPECT_LT(last, 0.2);
}

TEST(Quality, EnlargingASmallFaceDoesNotMakeItSharp) {
  const Image small = resize(test::astronaut(), 100, 100, Interpolation::kBilinear);
  const Quality quality =
      face_quality(resize(small, 512, 512, Interpolation::kBicubic), face_box(), {});
  EXPECT_GT(quality.size, 0.8);
  EXPECT_LT(quality.sharpness, 0.6 * face_quality(test::astronaut(), face_box(), {}).sharpness);
}

TEST(Quality, FallsWithEachAngle) {
  const Image picture = test::astronaut();
  for (double HeadPose::* const angle : {&HeadPose::pitch, &HeadPose::yaw, &HeadPose::roll}) {
    double last = 1.01;
    for (const double degrees : {0.0, 15.0, 30.0, 60.0, 80.0}) {
      HeadPose pose;
      pose.*angle = degrees;
      const double part = face_quality(picture, face_box(), pose).angle;
      EXPECT_LT(part, last);
      pose.*angle = -degrees;
      EXPECT_DOUBLE_EQ(face_quality(picture, face_box(), pose).angle, part);
      last = part;
    }
    EXPECT_LT(last, 0.2);
  }
}

TEST(Quality, DoesNotDependOnLight) {
  const Image picture = test::astronaut();
  EXPECT_NEAR(face_quality(adjust_brightness(picture, 0.5), face_box(), {}).sharpness,
              face_quality(picture, face_box(), {}).sharpness,
              0.05);
}

TEST(Quality, BoxesAtAndBeyondTheEdges) {
  const Image picture = test::astronaut();
  expect_parts(face_quality(picture, {-50, -50, 200, 200}, {}));
  expect_parts(face_quality(picture, {500, 500, 300, 300}, {}));
  EXPECT_EQ(face_quality(picture, {600, 600, 50, 50}, {}).value(), 0);
  EXPECT_EQ(face_quality(picture, {10, 10, 0, 0}, {}).value(), 0);
  EXPECT_EQ(face_quality(Image(1, 1), {0, 0, 1, 1}, {}).value(), 0);
  EXPECT_EQ(face_quality(Image(100, 100), {0, 0, 100, 100}, {}).value(), 0);
}

}  // namespace
}  // namespace mien
