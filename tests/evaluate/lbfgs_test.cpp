#include "mien/evaluate/lbfgs.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>
#include <gtest/gtest.h>

namespace mien {
namespace {

TEST(Minimise, FindsTheLeastOfAStretchedBowl) {
  const at::Tensor place = at::tensor({1.0, -2.0, 3.0}, at::kDouble);
  const at::Tensor stretch = at::tensor({1.0, 100.0, 0.01}, at::kDouble);
  int calls = 0;
  const auto bowl = [&](const at::Tensor& point) {
    ++calls;
    const at::Tensor apart = point - place;
    return ValueAndSlope{(stretch * apart * apart).sum().item<double>() / 2, stretch * apart};
  };
  LbfgsOptions options;
  options.decrease = 0;
  options.slope = 1e-10;
  const at::Tensor least = minimise(bowl, at::zeros({3}, at::kDouble), options);
  EXPECT_LT((least - place).abs().max().item<double>(), 1e-6);
  EXPECT_LT(calls, 60);
}

TEST(Minimise, FollowsRosenbrocksValley) {
  const auto valley = [](const at::Tensor& point) {
    const double x = point[0].item<double>();
    const double y = point[1].item<double>();
    return ValueAndSlope{
        (1 - x) * (1 - x) + 100 * (y - x * x) * (y - x * x),
        at::tensor({-2 * (1 - x) - 400 * x * (y - x * x), 200 * (y - x * x)}, at::kDouble)};
  };
  LbfgsOptions options;
  options.decrease = 0;
  const at::Tensor least = minimise(valley, at::tensor({-1.2, 1.0}, at::kDouble), options);
  EXPECT_NEAR(least[0].item<double>(), 1, 1e-5);
  EXPECT_NEAR(least[1].item<double>(), 1, 1e-5);
}

TEST(Minimise, StaysWhereNothingIsLower) {
  const auto flat = [](const at::Tensor& point) { return ValueAndSlope{1, point * 0}; };
  const at::Tensor start = at::tensor({0.25, 4.0}, at::kDouble);
  EXPECT_TRUE(minimise(flat, start).equal(start));
}

}  // namespace
}  // namespace mien
