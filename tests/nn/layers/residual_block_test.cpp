#include "mien/nn/layers/residual_block.h"

#include <ATen/Context.h>
#include <ATen/TensorOperators.h>
#include <ATen/ops/rand.h>
#include <ATen/ops/randn.h>
#include <gtest/gtest.h>

#include "finite_difference.h"
#include "formula.h"

namespace mien {
namespace {

template <typename Block>
class ResidualBlocks : public testing::Test {};
using Blocks = testing::Types<ResidualBlock, Bottleneck>;
TYPED_TEST_SUITE(ResidualBlocks, Blocks);

TYPED_TEST(ResidualBlocks, TheShortcutIsProjectedWhereTheShapeChanges) {
  const std::int64_t out = 4 * TypeParam::kExpansion;
  const TypeParam plain(out, 4, 1);
  EXPECT_EQ(plain.shortcut, nullptr);
  TypeParam wider(out + 1, 4, 1);
  ASSERT_NE(wider.shortcut, nullptr);
  EXPECT_TRUE(wider.named_parameters().contains("downsample.0.weight"));
  EXPECT_TRUE(wider.named_parameters().contains("downsample.1.bias"));
  TypeParam strided(out, 4, 2);
  EXPECT_EQ(strided.forward(at::rand({2, out, 7, 6})).sizes(), at::IntArrayRef({2, out, 4, 3}));
}

TYPED_TEST(ResidualBlocks, LeavesItsInputAlone) {
  const std::int64_t out = 4 * TypeParam::kExpansion;
  TypeParam block(out, 4, 1);
  const at::Tensor x = at::randn({2, out, 5, 5});
  const at::Tensor before = x.clone();
  block.forward(x);
  EXPECT_TRUE(x.equal(before));
}

TYPED_TEST(ResidualBlocks, Gradients) {
  for (const std::int64_t stride : {1, 2}) {
    TypeParam block(4 * TypeParam::kExpansion, 4, stride);
    test::fill_by_formula(block);
    block.to(at::kDouble);
    at::manual_seed(2);
    const at::Tensor x = at::randn({3, 4 * TypeParam::kExpansion, 6, 6}, at::kDouble);
    const at::Tensor weights = at::rand({6 / stride, 6 / stride}, at::kDouble);
    test::expect_true_gradients(block, [&] { return (block.forward(x) * weights).sum(); }, 2);
  }
}

}  // namespace
}  // namespace mien
