#include "mien/face/head_pose.h"

#include <cmath>
#include <limits>
#include <utility>

#include <gtest/gtest.h>

#include "faces.h"

namespace mien {
namespace {

TEST(HeadPose, GivesBackWhatWasProjected) {
  for (int pitch = -40; pitch <= 40; pitch += 20) {
    for (int yaw = -60; yaw <= 60; yaw += 20) {
      for (int roll = -150; roll <= 180; roll += 30) {
        HeadPose made;
        made.pitch = pitch;
        made.yaw = yaw;
        made.roll = roll;
        const HeadPose pose = head_pose(posed_landmarks(made, 50, {100, 200}));
        SCOPED_TRACE(testing::Message() << pitch << " " << yaw << " " << roll);
        EXPECT_NEAR(pose.pitch, pitch, 0.1);
        EXPECT_NEAR(pose.yaw, yaw, 0.1);
        EXPECT_NEAR(std::remainder(pose.roll - roll, 360.0), 0, 0.1);
        EXPECT_LT(pose.misfit, 1e-3);
      }
    }
  }
}

TEST(HeadPose, SignsAreAsStated) {
  HeadPose pose;
  const Landmarks frontal = posed_landmarks(pose, 50, {0, 0});
  EXPECT_FLOAT_EQ(frontal[kRightEye].x - frontal[kLeftEye].x, 50);
  EXPECT_FLOAT_EQ(frontal[kNose].x, 0);
  pose.yaw = 20;  // to the right: the nose goes there
  EXPECT_GT(posed_landmarks(pose, 50, {0, 0})[kNose].x, 5);
  pose = {};
  pose.pitch = 20;  // up: the nose rises towards the eyes
  EXPECT_LT(posed_landmarks(pose, 50, {0, 0})[kNose].y, frontal[kNose].y - 5);
  pose = {};
  pose.roll = 20;  // clockwise: the right eye sinks
  const Landmarks leaning = posed_landmarks(pose, 50, {0, 0});
  EXPECT_GT(leaning[kRightEye].y, leaning[kLeftEye].y + 10);
}

TEST(HeadPose, DoesNotDependOnSizeAndPlace) {
  HeadPose made;
  made.pitch = -12;
  made.yaw = 33;
  made.roll = 7;
  const HeadPose small = head_pose(posed_landmarks(made, 8, {3, 4}));
  const HeadPose large = head_pose(posed_landmarks(made, 800, {-2000, 900}));
  EXPECT_NEAR(small.pitch, large.pitch, 0.05);
  EXPECT_NEAR(small.yaw, large.yaw, 0.05);
  EXPECT_NEAR(small.roll, large.roll, 0.05);
}

TEST(HeadPose, OfTheMirroredFaceHasTheOtherSigns) {
  const Face face = test::astronaut_face();
  const HeadPose pose = head_pose(face.landmarks);
  const HeadPose mirrored = head_pose(test::mirrored(face, 512).landmarks);
  EXPECT_NEAR(pose.pitch, mirrored.pitch, 0.1);
  EXPECT_NEAR(pose.yaw, -mirrored.yaw, 0.1);
  EXPECT_NEAR(pose.roll, -mirrored.roll, 0.1);
}

TEST(HeadPose, OneLandmarkAPixelOffChangesLittle) {
  HeadPose made;
  made.yaw = 15;
  const Landmarks exact = posed_landmarks(made, 40, {50, 50});
  for (std::size_t i = 0; i < kFacePoints; ++i) {
    Landmarks moved = exact;
    moved[i].x += 1;
    moved[i].y -= 1;
    const HeadPose pose = head_pose(moved);
    EXPECT_NEAR(pose.yaw, 15, 5);
    EXPECT_NEAR(pose.pitch, 0, 8);
    EXPECT_NEAR(pose.roll, 0, 3);
    EXPECT_LT(pose.misfit, 0.05);
  }
}

TEST(HeadPose, WhatIsNoFaceFitsBadly) {
  Landmarks crossed = posed_landmarks({}, 50, {100, 100});
  std::swap(crossed[kMouthLeft], crossed[kMouthRight]);
  EXPECT_GT(head_pose(crossed).misfit, 0.15);
  EXPECT_LT(head_pose(test::astronaut_face().landmarks).misfit, 0.1);
}

TEST(HeadPose, WithoutAnyExtentThereIsNone) {
  Landmarks landmarks;
  landmarks.fill({5, 5});
  EXPECT_TRUE(std::isinf(head_pose(landmarks).misfit));
  EXPECT_EQ(head_pose(landmarks).yaw, 0);
  landmarks[kNose].x = std::numeric_limits<float>::quiet_NaN();
  EXPECT_TRUE(std::isinf(head_pose(landmarks).misfit));
}

}  // namespace
}  // namespace mien
