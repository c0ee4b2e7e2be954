#include "mien/infer/motion.h"

#include <cmath>

#include <gtest/gtest.h>

namespace mien {
namespace {

TEST(Motion, TheLapseMayBeTakenInAnySteps) {
  Motion once(100, 50);
  once.advance(0.1, 50);
  once.correct(104, 50);
  Motion often = once;
  once.advance(1.2, 50);
  for (int i = 0; i < 12; ++i) often.advance(0.1, 50);
  EXPECT_NEAR(often.position(), once.position(), 1e-9);
  EXPECT_NEAR(often.velocity(), once.velocity(), 1e-9);
  EXPECT_NEAR(often.variance(50), once.variance(50), 1e-6);
}

TEST(Motion, LearnsAVelocity) {
  Motion motion(0, 100);
  for (int i = 1; i <= 50; ++i) {
    motion.advance(0.04, 100);
    motion.correct(4.0 * i, 100);  // 100 pixels a second
  }
  EXPECT_NEAR(motion.velocity(), 100, 10);
  motion.advance(0.2, 100);
  EXPECT_NEAR(motion.position(), 217, 4);  // a little less than 220: velocities are forgotten
}

TEST(Motion, ForgetsItsVelocityInTheLongRun) {
  Motion motion(0, 100);
  for (int i = 1; i <= 50; ++i) {
    motion.advance(0.04, 100);
    motion.correct(4.0 * i, 100);
  }
  const double velocity = motion.velocity();
  const double position = motion.position();
  motion.advance(1000, 100);
  EXPECT_NEAR(motion.position() - position, velocity * Motion::kMemory, 1e-6);
  EXPECT_NEAR(motion.velocity(), 0, 1e-9);
}

TEST(Motion, UncertaintyGrowsWithTimeAndFallsWithSight) {
  Motion motion(0, 100);
  double before = motion.variance(100);
  for (int i = 0; i < 10; ++i) {
    motion.advance(0.2, 100);
    EXPECT_GT(motion.variance(100), before);
    before = motion.variance(100);
  }
  motion.correct(0, 100);
  EXPECT_LT(motion.variance(100), 0.01 * before);
}

TEST(Motion, ScalesWithTheFace) {
  Motion small(10, 20);
  Motion large(100, 200);
  for (int i = 1; i < 5; ++i) {
    small.advance(0.1, 20);
    large.advance(0.1, 200);
    small.correct(10 + i, 20);
    large.correct(100 + 10 * i, 200);
    EXPECT_NEAR(large.position(), 10 * small.position(), 1e-9);
    EXPECT_NEAR(large.variance(200), 100 * small.variance(20), 1e-6);
  }
}

}  // namespace
}  // namespace mien
