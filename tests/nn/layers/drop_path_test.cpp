#include "mien/nn/layers/drop_path.h"

#include <ATen/Context.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/rand.h>
#include <gtest/gtest.h>

#include "mien/nn/layers/sample_draws.h"

#include "tensor_checks.h"

namespace mien {
namespace {

at::Tensor doubled(const at::Tensor& x) {
  return x * 2;
}

TEST(DropPath, WithoutItTheBranchIsAdded) {
  const at::Tensor x = at::rand({3, 2, 4});
  EXPECT_TRUE(residual(x, 0, doubled).equal(x * 3));
}

TEST(DropPath, KeepsOrDropsWholeSamplesAndScales) {
  constexpr std::int64_t kSamples = 2000;
  constexpr double kRate = 0.25;
  const at::Tensor y = residual(at::ones({kSamples, 2, 3}), kRate, doubled).reshape({kSamples, 6});
  const at::Tensor first = y.select(1, 0);
  EXPECT_TRUE(y.eq(first.unsqueeze(1)).all().item<bool>()) << "a sample was dropped in part";
  const at::Tensor kept = first.ne(1);
  EXPECT_TRUE(test::near(first.masked_select(kept),
                         at::ones({kept.sum().item<std::int64_t>()}) * (1 + 2 / 0.75),
                         1e-6));
  const double share = kept.to(at::kDouble).mean().item<double>();
  EXPECT_NEAR(share, 1 - kRate, 0.05);  // five deviations
}

TEST(DropPath, TheBranchSeesOnlyTheSamplesThatKeepIt) {
  std::int64_t seen = -1;
  const at::Tensor y = residual(at::ones({100, 1}), 0.5, [&](const at::Tensor& part) {
    seen = part.size(0);
    return part;
  });
  EXPECT_EQ(y.ne(1).sum().item<std::int64_t>(), seen);
  EXPECT_LT(seen, 90);
  EXPECT_GT(seen, 10);
}

TEST(DropPath, NobodyKeepsIt) {
  const at::Tensor x = at::rand({4, 2});
  // A rate this high drops all four samples in nearly every draw.
  const at::Tensor y = residual(x, 1 - 1e-9, doubled);
  EXPECT_TRUE(y.equal(x));
}

TEST(DropPath, GradientsReachWhatWasKept) {
  const at::Tensor x = at::ones({500, 1}).requires_grad_(true);
  const at::Tensor y = residual(x, 0.5, doubled);
  y.sum().backward();
  const at::Tensor expected = y.detach().ne(1).to(at::kFloat) * 4 + 1;  // 1 + 2 / 0.5 where kept
  EXPECT_TRUE(test::near(x.grad(), expected, 1e-6));
}

TEST(DropPath, ABranchThatSeesAllSamplesIsDroppedAfterwards) {
  constexpr std::int64_t kSamples = 2000;
  const at::Tensor change = at::ones({kSamples, 2, 3});
  EXPECT_TRUE(drop_path(change, 0).equal(change));
  const at::Tensor y = drop_path(change, 0.25).reshape({kSamples, 6});
  const at::Tensor first = y.select(1, 0);
  EXPECT_TRUE(y.eq(first.unsqueeze(1)).all().item<bool>()) << "a sample was dropped in part";
  const at::Tensor kept = first.ne(0);
  EXPECT_TRUE(test::near(
      first.masked_select(kept), at::ones({kept.sum().item<std::int64_t>()}) / 0.75, 1e-6));
  EXPECT_NEAR(kept.to(at::kDouble).mean().item<double>(), 0.75, 0.05);  // five deviations
}

TEST(DropPath, TheSameSamplesAreDroppedInPartsAsInTheWhole) {
  at::manual_seed(3);
  const at::Tensor whole = drop_path(at::ones({8, 1, 2, 2}), 0.5);
  at::manual_seed(3);
  const PartOfBatch second(4, 8);
  EXPECT_TRUE(drop_path(at::ones({4, 1, 2, 2}), 0.5).equal(whole.slice(0, 4)));
}

}  // namespace
}  // namespace mien
