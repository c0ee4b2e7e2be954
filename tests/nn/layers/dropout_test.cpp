#include "mien/nn/layers/dropout.h"

#include <cstdint>
#include <vector>

#include <ATen/Context.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/rand.h>
#include <gtest/gtest.h>

#include "mien/nn/layers/sample_draws.h"

#include "tensor_checks.h"

namespace mien {
namespace {

TEST(Dropout, WithoutARateNothingIsDrawn) {
  at::manual_seed(1);
  const at::Tensor x = at::rand({3, 4});
  const at::Tensor next = at::rand({2});
  at::manual_seed(1);
  EXPECT_TRUE(dropout(at::rand({3, 4}), 0).equal(x));
  EXPECT_TRUE(at::rand({2}).equal(next));
}

TEST(Dropout, KeepsItsShareAndScalesIt) {
  constexpr double kRate = 0.3;
  const at::Tensor y = dropout(at::ones({100, 20, 10}), kRate);
  EXPECT_EQ(y.sizes(), at::IntArrayRef({100, 20, 10}));
  const at::Tensor kept = y.ne(0);
  EXPECT_TRUE(test::near(y, kept.to(at::kFloat) / (1 - kRate), 1e-6));
  EXPECT_NEAR(kept.to(at::kDouble).mean().item<double>(), 1 - kRate, 0.016);  // five deviations
  // Every number by itself: no sample and no column goes as a whole.
  EXPECT_TRUE(kept.any(0).all().item<bool>());
  EXPECT_FALSE(kept.flatten(1).all(1).any().item<bool>());
}

TEST(Dropout, ABatchInPartsLosesWhatTheWholeOneDoes) {
  const at::Tensor x = at::rand({6, 5, 3}) + 1;
  at::manual_seed(7);
  const at::Tensor first = dropout(x, 0.5);
  const at::Tensor second = dropout(first, 0.25);
  std::vector<at::Tensor> parts;
  parts.reserve(3);
  for (const std::int64_t begin : {0, 2, 4}) {
    at::manual_seed(7);
    const PartOfBatch part(begin, 6);
    parts.push_back(dropout(dropout(x.slice(0, begin, begin + 2), 0.5), 0.25));
  }
  EXPECT_TRUE(at::cat(parts).equal(second));
  EXPECT_FALSE(first.equal(second));
}

TEST(Dropout, KeepsTheTypeAndPassesGradientsWhereItKept) {
  EXPECT_EQ(dropout(at::ones({2, 3}, at::kBFloat16), 0.5).scalar_type(), at::kBFloat16);
  const at::Tensor x = at::ones({50, 4}).requires_grad_(true);
  const at::Tensor y = dropout(x, 0.2);
  y.sum().backward();
  EXPECT_TRUE(test::near(x.grad(), y, 1e-6));
}

TEST(Dropout, AnEmptyBatchStaysOne) {
  EXPECT_EQ(dropout(at::ones({0, 4}), 0.5).sizes(), at::IntArrayRef({0, 4}));
}

}  // namespace
}  // namespace mien
