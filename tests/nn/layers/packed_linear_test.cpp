#include "mien/nn/layers/packed_linear.h"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/gelu.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/randn.h>
#include <c10/core/InferenceMode.h>
#include <gtest/gtest.h>

#include "mien/nn/device.h"
#include "mien/nn/layers/linear.h"

#include "tensor_checks.h"

namespace mien {
namespace {

using test::near;

const c10::Device kCpu(c10::DeviceType::CPU);

/// Everything in float32, which every processor has: packing and the fused GELU are the same code.
class PackedLinearTest : public testing::Test {
 protected:
  at::Tensor packed(Activation activation) {
    return layer_.forward(x_, weight_, bias_, activation, at::kFloat);
  }
  at::NoGradGuard no_gradients_;
  PackedLinear layer_;
  at::Tensor x_ = at::randn({2, 5, 32});
  at::Tensor weight_ = at::randn({48, 32});
  at::Tensor bias_ = at::randn({48});
};

TEST_F(PackedLinearTest, IsALinearLayer) {
  EXPECT_TRUE(near(packed(Activation::kNone), at::linear(x_, weight_, bias_), 1e-5));
}

TEST_F(PackedLinearTest, HasTheExactGelu) {
  EXPECT_TRUE(near(packed(Activation::kGelu), at::gelu(at::linear(x_, weight_, bias_)), 1e-5));
}

TEST_F(PackedLinearTest, FollowsItsWeight) {
  packed(Activation::kNone);
  weight_.mul_(2);
  EXPECT_TRUE(near(packed(Activation::kNone), at::linear(x_, weight_, bias_), 1e-5));
  bias_.add_(1);
  EXPECT_TRUE(near(packed(Activation::kNone), at::linear(x_, weight_, bias_), 1e-5));
  weight_ = at::randn({48, 32});
  EXPECT_TRUE(near(packed(Activation::kNone), at::linear(x_, weight_, bias_), 1e-5));
}

TEST_F(PackedLinearTest, WhatInferencePacksServesOutsideIt) {
  {
    const c10::InferenceMode inference;
    packed(Activation::kNone);
  }
  EXPECT_FALSE(packed(Activation::kNone).is_inference());
}

TEST_F(PackedLinearTest, SuitsEvaluationInBfloat16Alone) {
  EXPECT_FALSE(PackedLinear::suits(x_)) << "float32";
  const AutocastScope scope(kCpu, Precision::kBfloat16);
  const at::AutoGradMode gradients(true);
  EXPECT_FALSE(PackedLinear::suits(x_)) << "training";
}

TEST_F(PackedLinearTest, TheLayerIsTheSameInBfloat16WhereTheProcessorHasIt) {
  const AutocastScope scope(kCpu, Precision::kBfloat16);
  if (!PackedLinear::suits(x_)) GTEST_SKIP() << "no bfloat16 instructions in this processor";
  Linear layer(32, 48);
  const at::Tensor expected = at::linear(x_, layer.weight, layer.bias);
  EXPECT_TRUE(near(layer.forward(x_), expected, 0.02));
  EXPECT_TRUE(near(layer.forward_gelu(x_), at::gelu(expected), 0.02));
  EXPECT_TRUE(near(layer.forward_part(x_, 16, 40), expected.slice(2, 16, 40), 0.02));
}

TEST(LinearTest, APartIsThoseColumns) {
  const at::NoGradGuard no_gradients;
  Linear layer(8, 12);
  const at::Tensor x = at::randn({3, 8});
  EXPECT_TRUE(near(layer.forward_part(x, 4, 9), layer.forward(x).slice(1, 4, 9), 1e-6));
  EXPECT_TRUE(near(layer.forward_gelu(x), at::gelu(layer.forward(x)), 1e-6));
}

}  // namespace
}  // namespace mien
