#include "mien/evaluate/linear_fit.h"

#include <cmath>

#include <ATen/Context.h>
#include <ATen/TensorOperators.h>
#include <ATen/ops/mm.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/randn.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>
#include <gtest/gtest.h>

namespace mien {
namespace {

double largest(const at::Tensor& values) {
  return values.abs().max().item<double>();
}

/// The slope of `loss` in one score against its finite difference.
void expect_slopes(const ScoreLossFunction& loss, const at::Tensor& scores) {
  const ScoreLoss here = loss(scores);
  constexpr double kStep = 1e-6;
  for (std::int64_t n = 0; n < scores.size(0); ++n) {
    for (std::int64_t k = 0; k < scores.size(1); ++k) {
      const at::Tensor above = scores.clone();
      const at::Tensor below = scores.clone();
      above[n][k] += kStep;
      below[n][k] -= kStep;
      EXPECT_NEAR(here.slope[n][k].item<double>(),
                  (loss(above).value - loss(below).value) / (2 * kStep),
                  1e-7);
    }
  }
}

TEST(ScoreLosses, SlopesAreFiniteDifferences) {
  at::manual_seed(3);
  const at::Tensor scores = at::randn({4, 3}, at::kDouble);
  const at::Tensor labels = at::tensor({0, 2, 2, 1}, at::kLong);
  const at::Tensor flags = at::randn({4, 3}, at::kDouble).gt(0).to(at::kDouble);
  const at::Tensor valid = at::randn({4, 3}, at::kDouble).gt(-1).to(at::kDouble);
  expect_slopes([&](const at::Tensor& s) { return softmax_loss(s, labels); }, scores);
  expect_slopes([&](const at::Tensor& s) { return logistic_loss(s, flags, valid); }, scores);
  expect_slopes([&](const at::Tensor& s) { return squared_loss(s, flags); }, scores);
}

TEST(ScoreLosses, AColumnWithoutLabelsCostsNothing) {
  const at::Tensor zeros = at::zeros({2, 2}, at::kDouble);
  at::Tensor valid = at::ones({2, 2}, at::kDouble);
  valid.select(1, 1).zero_();
  const ScoreLoss loss = logistic_loss(zeros, zeros, valid);
  EXPECT_NEAR(loss.value, std::log(2.0), 1e-12);
  EXPECT_EQ(largest(loss.slope.select(1, 1)), 0);
}

TEST(FitLinear, RidgeSolvesItsNormalEquations) {
  at::manual_seed(4);
  const at::Tensor x = at::randn({40, 3}, at::kDouble) + 0.5;
  const at::Tensor y = at::randn({40, 2}, at::kDouble);
  constexpr double kStrength = 0.1;
  const LinearMap map = fit_linear(
      x, [&](const at::Tensor& s) { return squared_loss(s, y); }, kStrength, zero_map(3, 2));
  // x' (x W + b - y) / n + strength W = 0, and the bias takes out the mean.
  const at::Tensor apart = map(x) - y;
  EXPECT_LT(largest(at::mm(x.t(), apart) / 40 + kStrength * map.weight), 1e-5);
  EXPECT_LT(largest(apart.mean(0)), 1e-5);
}

TEST(FitLinear, WithoutFeaturesTheBiasIsTheLogOdds) {
  const at::Tensor nothing = at::zeros({4, 1}, at::kDouble);
  const at::Tensor flags = at::tensor({1.0, 1.0, 1.0, 0.0}, at::kDouble).view({4, 1});
  const at::Tensor valid = at::ones({4, 1}, at::kDouble);
  const LinearMap map = fit_linear(
      nothing,
      [&](const at::Tensor& s) { return logistic_loss(s, flags, valid); },
      1,
      zero_map(1, 1));
  EXPECT_NEAR(map.bias[0].item<double>(), std::log(3.0), 1e-4);
  EXPECT_EQ(map.weight[0][0].item<double>(), 0);
}

TEST(FitLinear, SoftmaxTellsClassesApart) {
  const at::Tensor x = at::tensor({-2.0, -1.5, 0.1, -0.1, 1.4, 2.2}, at::kDouble).view({6, 1});
  const at::Tensor labels = at::tensor({0, 0, 1, 1, 2, 2}, at::kLong);
  const LinearMap map = fit_linear(
      x, [&](const at::Tensor& s) { return softmax_loss(s, labels); }, 1e-4, zero_map(1, 3));
  EXPECT_TRUE(map(x).argmax(1).equal(labels));
}

}  // namespace
}  // namespace mien
