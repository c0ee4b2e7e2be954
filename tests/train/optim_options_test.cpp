#include <cmath>

#include <gtest/gtest.h>

#include "mien/error.h"
#include "mien/train/optimiser.h"

namespace mien {
namespace {

OptimOptions plain(const std::string& schedule) {
  OptimOptions options;
  options.schedule = schedule;
  options.lr = 1;
  options.scale_lr = "none";
  options.min_lr = 0.1;
  options.epochs = 10;
  options.warmup_epochs = 2;
  options.gamma = 0.5;
  options.step_epochs = 3;
  return options;
}

TEST(PeakRate, LinearRuleOfThePaper) {
  EXPECT_NEAR(peak_lr(OptimOptions()), 5e-4 * 400 / 256, 1e-12);
  OptimOptions options;
  options.scale_lr = "none";
  EXPECT_EQ(peak_lr(options), 5e-4);
}

TEST(Schedule, CosineRisesLinearlyAndFallsByHalfACosine) {
  const OptimOptions options = plain("cosine");
  EXPECT_EQ(scheduled_lr(options, 0), 0);
  EXPECT_NEAR(scheduled_lr(options, 0.5), 0.25, 1e-12);
  EXPECT_NEAR(scheduled_lr(options, 2), 1, 1e-12);
  EXPECT_NEAR(scheduled_lr(options, 6), 0.55, 1e-12);  // the middle of the fall
  EXPECT_NEAR(scheduled_lr(options, 4), 0.1 + 0.9 * 0.5 * (1 + std::sqrt(0.5)), 1e-12);
  EXPECT_NEAR(scheduled_lr(options, 10), 0.1, 1e-12);
}

TEST(Schedule, CosineWithoutWarmUpStartsAtThePeak) {
  OptimOptions options = plain("cosine");
  options.warmup_epochs = 0;
  EXPECT_NEAR(scheduled_lr(options, 0), 1, 1e-12);
}

TEST(Schedule, ExponentialAndStepFallByEpochs) {
  const OptimOptions exponential = plain("exponential");
  EXPECT_NEAR(scheduled_lr(exponential, 1), 0.5, 1e-12);  // still warming up
  EXPECT_NEAR(scheduled_lr(exponential, 2.9), 0.25, 1e-12);
  EXPECT_NEAR(scheduled_lr(exponential, 5), std::pow(0.5, 5), 1e-12);
  const OptimOptions step = plain("step");
  EXPECT_NEAR(scheduled_lr(step, 2.99), 1, 1e-12);
  EXPECT_NEAR(scheduled_lr(step, 3), 0.5, 1e-12);
  EXPECT_NEAR(scheduled_lr(step, 9.5), 0.125, 1e-12);
}

TEST(Schedule, OneCycleRisesAndFalls) {
  OptimOptions options = plain("one_cycle");
  EXPECT_NEAR(scheduled_lr(options, 0), 1.0 / 25, 1e-12);
  EXPECT_NEAR(scheduled_lr(options, 1), (1 + 1.0 / 25) / 2, 1e-12);
  EXPECT_NEAR(scheduled_lr(options, 2), 1, 1e-12);
  EXPECT_NEAR(scheduled_lr(options, 10), 0.1, 1e-12);
  options.warmup_epochs = 0;  // then 30 % of training
  EXPECT_NEAR(scheduled_lr(options, 3), 1, 1e-12);
}

TEST(Schedule, ConstantStays) {
  const OptimOptions options = plain("constant");
  EXPECT_NEAR(scheduled_lr(options, 1), 0.5, 1e-12);
  EXPECT_EQ(scheduled_lr(options, 2), 1);
  EXPECT_EQ(scheduled_lr(options, 9.9), 1);
}

TEST(OptimOptionsCheck, WarmUpLongerThanTrainingIsRefused) {
  OptimOptions options = plain("cosine");
  options.warmup_epochs = 11;
  EXPECT_THROW(options.check(), OptionError);
  options.warmup_epochs = 10;
  EXPECT_NO_THROW(options.check());
  EXPECT_TRUE(std::isfinite(scheduled_lr(options, 10)));
}

}  // namespace
}  // namespace mien
