// Eq. 6: how far the views of a CoTEX lie apart.
#include <cmath>

#include <ATen/Context.h>
#include <ATen/TensorOperators.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/randn.h>
#include <ATen/ops/softmax.h>
#include <ATen/ops/tensor.h>
#include <gtest/gtest.h>

#include "mien/train/losses.h"

#include "finite_difference.h"
#include "tensor_checks.h"

namespace mien {
namespace {

using test::near;

TEST(JensenShannon, HandWorked) {
  // (1, 0) and (0, 1): the mean has an entropy of log 2, the views none.
  const at::Tensor apart = at::tensor({200.0F, 0.0F, 0.0F, 200.0F}).view({2, 1, 2});
  EXPECT_NEAR(jensen_shannon(apart).item<double>(), std::log(2), 1e-6);
  // (1/2, 1/2) and (1/4, 3/4): H(3/8, 5/8) - (H(1/2, 1/2) + H(1/4, 3/4)) / 2.
  const at::Tensor near_by = at::tensor({0.0F, 0.0F, 0.0F, std::log(3.0F)}).view({2, 1, 2});
  EXPECT_NEAR(jensen_shannon(near_by).item<double>(), 0.03382207, 1e-6);
  // The mean over both pictures.
  EXPECT_NEAR(jensen_shannon(at::cat({apart, near_by}, 1)).item<double>(),
              (std::log(2) + 0.03382207) / 2,
              1e-6);
}

TEST(JensenShannon, IsTheEntropyOfTheMeanLessTheMeanOfEntropies) {
  at::manual_seed(2);
  for (const std::int64_t views : {2, 3, 5}) {
    const at::Tensor logits = at::randn({views, 7, 6}, at::kDouble) * 2;
    const auto entropy = [](const at::Tensor& p) { return -(p * p.log()).sum(-1); };
    const at::Tensor p = at::softmax(logits, 2);
    const at::Tensor expected = (entropy(p.mean(0)) - entropy(p).mean(0)).mean();
    EXPECT_TRUE(near(jensen_shannon(logits), expected, 1e-9)) << views;
  }
}

TEST(JensenShannon, IsSymmetricAtLeastNoughtAndNoughtForEqualViews) {
  at::manual_seed(3);
  const at::Tensor logits = at::randn({3, 50, 6});
  const double value = jensen_shannon(logits).item<double>();
  EXPECT_GT(value, 0);
  EXPECT_LT(value, std::log(3));
  EXPECT_NEAR(jensen_shannon(logits.flip({0})).item<double>(), value, 1e-6 * value);
  for (const std::int64_t views : {2, 3, 7}) {
    const at::Tensor equal = logits.slice(0, 0, 1).expand({views, -1, -1});
    EXPECT_NEAR(jensen_shannon(equal).item<double>(), 0, 5e-7) << views;
  }
  // As small as floats can tell apart.
  const at::Tensor alike =
      at::cat({logits.slice(0, 0, 1), logits.slice(0, 0, 1) + 1e-4 * logits.slice(0, 1, 2)});
  EXPECT_NEAR(jensen_shannon(alike).item<double>(),
              jensen_shannon(alike.to(at::kDouble)).item<double>(),
              1e-7);
}

struct Views : torch::nn::Module {
  explicit Views(const at::Tensor& start) : logits(register_parameter("logits", start)) {}
  at::Tensor logits;
};

TEST(JensenShannon, Gradient) {
  at::manual_seed(4);
  for (const std::int64_t count : {2, 3}) {
    Views views(at::randn({count, 3, 4}, at::kDouble));
    test::expect_true_gradients(views, [&] { return jensen_shannon(views.logits); }, 12);
  }
}

TEST(JensenShannon, GradientIsFiniteWhereProbabilitiesUnderflow) {
  const at::Tensor views =
      at::tensor({1e4F, 0.0F, -300.0F, -1e4F, 0.0F, 300.0F}).view({2, 1, 3}).requires_grad_(true);
  const at::Tensor value = jensen_shannon(views);
  EXPECT_NEAR(value.item<double>(), std::log(2), 1e-6);
  value.backward();
  EXPECT_TRUE(views.grad().isfinite().all().item<bool>());
}

}  // namespace
}  // namespace mien
