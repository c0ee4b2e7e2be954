#include "mien/nn/layers/inverted_residual.h"

#include <cmath>
#include <string>

#include <ATen/Context.h>
#include <ATen/ops/rand.h>
#include <ATen/ops/randn.h>
#include <ATen/ops/zeros_like.h>
#include <gtest/gtest.h>

#include "finite_difference.h"
#include "formula.h"
#include "tensor_checks.h"

namespace mien {
namespace {

TEST(InvertedResidual, ShapesFollowStrideAndPadding) {
  for (const Padding padding : {Padding::kHalf, Padding::kSame}) {
    InvertedResidual block({8, 16, 5, 2, 6}, {padding, 1e-3}, 0);
    EXPECT_EQ(block.forward(at::rand({2, 8, 7, 6})).sizes(), at::IntArrayRef({2, 16, 4, 3}));
    EXPECT_EQ(block.named_parameters()["conv_dw.weight"].sizes(), at::IntArrayRef({48, 1, 5, 5}));
    EXPECT_EQ(block.named_parameters()["se.conv_reduce.weight"].sizes(),
              at::IntArrayRef({2, 48, 1, 1}));
  }
}

TEST(InvertedResidual, WithoutExpansionThePartsHaveOtherNames) {
  InvertedResidual block({8, 8, 3, 1, 1}, {}, 0);
  const auto parameters = block.named_parameters();
  for (const char* name :
       {"conv_dw.weight", "bn1.bias", "se.conv_expand.bias", "conv_pw.weight", "bn2.weight"}) {
    EXPECT_TRUE(parameters.contains(name)) << name;
  }
  EXPECT_FALSE(parameters.contains("conv_pwl.weight"));
  EXPECT_FALSE(parameters.contains("bn3.weight"));
}

TEST(InvertedResidual, TheShortcutIsThereWhereTheShapeStays) {
  const at::Tensor x = at::rand({2, 8, 5, 5});
  const auto silenced = [&](const InvertedShape& shape) {
    InvertedResidual block(shape, {}, 0);
    block.eval();
    const at::NoGradGuard no_gradients;
    block.named_parameters()["bn3.weight"].zero_();
    return block.forward(x);
  };
  EXPECT_TRUE(silenced({8, 8, 3, 1, 6}).equal(x));
  const at::Tensor wider = silenced({8, 16, 3, 1, 6});
  EXPECT_TRUE(wider.equal(at::zeros_like(wider)));
}

TEST(InvertedResidual, DropPathWorksInTrainingAlone) {
  const at::Tensor x = at::rand({64, 8, 5, 5});
  InvertedResidual block({8, 8, 3, 1, 6}, {}, 0.5);
  const at::Tensor moved = block.forward(x).ne(x).flatten(1).any(1);
  EXPECT_GT(moved.sum().item<std::int64_t>(), 8);
  EXPECT_LT(moved.sum().item<std::int64_t>(), 56);
  block.eval();
  EXPECT_TRUE(block.forward(x).ne(x).flatten(1).any(1).all().item<bool>());
}

TEST(InvertedResidual, ADepthwiseConvolutionStartsByWhatReachesItsOutputs) {
  at::manual_seed(1);
  const Conv2d conv(ConvShape{.in = 256, .out = 256, .groups = 256});
  EXPECT_NEAR(conv.weight.std().item<double>(), std::sqrt(2.0 / 9), 0.02);
}

TEST(InvertedResidual, Gradients) {
  at::manual_seed(1);
  InvertedResidual block({8, 8, 3, 1, 6}, {Padding::kSame, 1e-3}, 0);
  test::fill_by_formula(block);
  block.to(at::kDouble);
  const at::Tensor x = at::randn({3, 8, 5, 5}, at::kDouble);
  const at::Tensor weights = at::rand({3, 8, 5, 5}, at::kDouble);
  test::expect_true_gradients(block, [&] { return (block.forward(x) * weights).sum(); });
}

}  // namespace
}  // namespace mien
