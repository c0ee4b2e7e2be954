#include "mien/nn/models/frozen_dan.h"

#include <ATen/Context.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/rand.h>
#include <c10/core/InferenceMode.h>
#include <gtest/gtest.h>

#include "mien/nn/device.h"

#include "formula.h"
#include "tensor_checks.h"

namespace mien {
namespace {

using test::near;

// The formula's weights are large and both ways round; that they are the same is shown in float64
// (FollowsTheType).
constexpr double kRounding = 5e-5;

class FrozenDanTest : public testing::Test {
 protected:
  explicit FrozenDanTest(const DanOptions& options = {8, "imagenet", 3, 5})
      : dan_(std::make_shared<Dan>(options)), frozen_(dan_) {
    test::fill_by_formula(*dan_);
    dan_->eval();
    at::manual_seed(7);
    pictures_ = at::rand({2, 3, 96, 96}) * 4 - 2;
  }
  at::Tensor expected() { return dan_->forward(pictures_).logits; }

  at::NoGradGuard no_gradients_;
  std::shared_ptr<Dan> dan_;
  FrozenDan frozen_;
  at::Tensor pictures_;
};

TEST_F(FrozenDanTest, GivesWhatTheDanGives) {
  EXPECT_TRUE(near(frozen_.read(pictures_).logits, expected(), kRounding));
}

class SmallFrozenDan : public FrozenDanTest {
 protected:
  SmallFrozenDan() : FrozenDanTest({4, "small", 1, 8}) {}
};

TEST_F(SmallFrozenDan, GivesWhatTheDanGives) {
  EXPECT_TRUE(near(frozen_.read(pictures_).logits, expected(), kRounding));
}

/// The trunk's last stage as the DAN computes it, from what the third one gives.
at::Tensor last_stage(const Dan& dan, const at::Tensor& third_stage) {
  at::Tensor x = third_stage;
  for (std::size_t i = 3 * kDanBlocksAStage; i < dan.blocks.size(); ++i)
    x = dan.blocks[i]->forward(x);
  return x;
}

TEST_F(FrozenDanTest, GivesTheThirdStagesFeatureMap) {
  const at::Tensor map = frozen_.read(pictures_).third_stage;
  EXPECT_EQ(map.sizes(), at::IntArrayRef({2, 32, 6, 6}));
  EXPECT_EQ(dan_->options().third_stage_channels(), 32);
  EXPECT_EQ(dan_->options().third_stage_side(96), 6);
  EXPECT_EQ(dan_->options().third_stage_side(90), 6) << "odd sides are rounded up";
  EXPECT_TRUE(near(last_stage(*dan_, map), dan_->forward(pictures_).spatial_features, kRounding));
}

TEST_F(FrozenDanTest, FollowsWeightsThatChange) {
  const at::Tensor before = frozen_.read(pictures_).logits;
  dan_->named_parameters()["features.4.0.conv1.weight"].mul_(1.5);
  const at::Tensor after = frozen_.read(pictures_).logits;
  EXPECT_FALSE(near(after, before, 1e-3));
  EXPECT_TRUE(near(after, expected(), kRounding));
  dan_->named_buffers()["cat_head0.sa.conv_1x3.1.running_mean"].add_(1);
  EXPECT_TRUE(near(frozen_.read(pictures_).logits, expected(), kRounding));
}

TEST_F(FrozenDanTest, FollowsTheType) {
  frozen_.read(pictures_).logits;
  dan_->to(at::kDouble);
  pictures_ = pictures_.to(at::kDouble);
  EXPECT_TRUE(near(frozen_.read(pictures_).logits, expected(), 1e-10));
}

TEST_F(FrozenDanTest, ComputesInTheTypeOfAutocast) {
  const at::Tensor exact = expected();
  const AutocastScope scope(c10::Device(c10::DeviceType::CPU), Precision::kBfloat16);
  const at::Tensor rounded = frozen_.read(pictures_).logits;
  EXPECT_EQ(rounded.scalar_type(), at::kFloat);
  EXPECT_TRUE(near(rounded, exact, 0.1));
  EXPECT_FALSE(near(rounded, exact, 1e-6));
}

TEST_F(FrozenDanTest, WhatInferenceFoldsServesTraining) {
  {
    const c10::InferenceMode inference;
    frozen_.read(pictures_).logits;
  }
  EXPECT_FALSE(frozen_.read(pictures_).logits.is_inference());
  EXPECT_TRUE(near(frozen_.read(pictures_).logits, expected(), kRounding));
}

}  // namespace
}  // namespace mien
