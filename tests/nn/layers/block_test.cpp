#include "mien/nn/layers/block.h"

#include <cmath>

#include <ATen/Context.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/matmul.h>
#include <ATen/ops/rand.h>
#include <ATen/ops/randn.h>
#include <ATen/ops/softmax.h>
#include <gtest/gtest.h>

#include "finite_difference.h"
#include "tensor_checks.h"

namespace mien {
namespace {

using test::near;

TEST(Attention, IsTheFormula) {
  const at::NoGradGuard no_gradients;
  constexpr std::int64_t kWidth = 6;
  constexpr std::int64_t kHeads = 2;
  constexpr std::int64_t kHead = kWidth / kHeads;
  Attention attention(kWidth, kHeads);
  const at::Tensor x = at::randn({1, 5, kWidth});
  const auto named = attention.named_parameters();
  const at::Tensor qkv = at::matmul(x[0], named["qkv.weight"].t()) + named["qkv.bias"];
  std::vector<at::Tensor> columns;
  for (std::int64_t head = 0; head < kHeads; ++head) {
    const auto part = [&](std::int64_t which) {
      return qkv.slice(1, which * kWidth + head * kHead, which * kWidth + (head + 1) * kHead);
    };
    const at::Tensor weights =
        at::softmax(at::matmul(part(0), part(1).t()) / std::sqrt(static_cast<double>(kHead)), 1);
    columns.push_back(at::matmul(weights, part(2)));
  }
  const at::Tensor expected =
      at::matmul(at::cat(columns, 1), named["proj.weight"].t()) + named["proj.bias"];
  EXPECT_TRUE(near(attention.forward(x)[0], expected, 1e-5));
}

class BlockTest : public testing::Test {
 protected:
  BlockTest() { block_.to(at::kDouble); }
  Block block_{8, 2, 0.5};
  at::Tensor x_ = at::randn({3, 5, 8}, at::kDouble);
};

TEST_F(BlockTest, TheFirstTokenAloneIsTheSame) {
  block_.eval();
  EXPECT_TRUE(near(block_.forward_first(x_), block_.forward(x_).slice(1, 0, 1), 1e-12));
}

TEST_F(BlockTest, TheFirstTokenAloneIsTheSameUnderDropPath) {
  block_.train();
  for (int draw = 0; draw < 20; ++draw) {
    at::manual_seed(draw);
    const at::Tensor first = block_.forward_first(x_);
    at::manual_seed(draw);
    EXPECT_TRUE(near(first, block_.forward(x_).slice(1, 0, 1), 1e-12)) << draw;
  }
}

TEST_F(BlockTest, DropPathIsOffInEvaluation) {
  block_.eval();
  EXPECT_TRUE(block_.forward(x_).equal(block_.forward(x_)));
}

TEST_F(BlockTest, Gradients) {
  block_.eval();
  const at::Tensor weights = at::rand({3, 5, 8}, at::kDouble);
  test::expect_true_gradients(block_, [&] { return (block_.forward(x_) * weights).sum(); });
}

TEST_F(BlockTest, GradientsOfTheFirstTokenAlone) {
  block_.eval();
  const at::Tensor weights = at::rand({3, 1, 8}, at::kDouble);
  test::expect_true_gradients(block_, [&] { return (block_.forward_first(x_) * weights).sum(); });
}

}  // namespace
}  // namespace mien
