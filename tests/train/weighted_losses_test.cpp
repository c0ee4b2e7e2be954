// Classes that weigh differently, and further heads that learn beside the network's own.
#include <cmath>

#include <ATen/Context.h>
#include <ATen/TensorOperators.h>
#include <ATen/ops/full.h>
#include <ATen/ops/log_softmax.h>
#include <ATen/ops/rand.h>
#include <ATen/ops/randn.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>
#include <gtest/gtest.h>

#include "mien/error.h"
#include "mien/train/losses.h"

#include "loss_checks.h"
#include "tensor_checks.h"

namespace mien {
namespace {

using test::expect_gradient;
using test::expect_nothing;
using test::matrix;
using test::near;

class WeightedLosses : public testing::Test {
 protected:
  void SetUp() override { at::manual_seed(7); }
};

// As PyTorch's weighted mean: over the weights of the labelled samples.
TEST_F(WeightedLosses, ClassWeightsByHand) {
  const at::Tensor logits = matrix({0, 0, 3, 1, 7, -7}, 2);
  const at::Tensor targets = at::tensor(std::vector<std::int64_t>{0, 1, -1});
  const at::Tensor weight = at::tensor(std::vector<float>{3, 1});
  const double expected = (3 * std::log(2.0) + std::log1p(std::exp(2.0))) / 4;
  EXPECT_NEAR(weighted_expression_loss(logits, targets, weight).item<double>(), expected, 1e-6);
  EXPECT_TRUE(near(weighted_expression_loss(logits, targets, at::full({2}, 5.0), 0.2),
                   expression_loss(logits, targets, 0.2),
                   1e-6));
  expect_gradient(
      [&](const at::Tensor& x) { return weighted_expression_loss(x, targets, weight, 0.1); },
      at::randn({3, 2}));
}

TEST_F(WeightedLosses, ClassWeightsOfPartsAddUp) {
  const at::Tensor logits = at::randn({5, 3});
  const at::Tensor targets = at::tensor(std::vector<std::int64_t>{0, 2, -1, 1, 1});
  const at::Tensor weight = at::tensor(std::vector<float>{3, 1, 7});
  const auto part = [&](std::int64_t begin, std::int64_t end) {
    return weighted_expression_loss(
        logits.slice(0, begin, end), targets.slice(0, begin, end), weight, 0.1, targets);
  };
  EXPECT_TRUE(near(part(0, 2) + part(2, 3) + part(3, 5),
                   weighted_expression_loss(logits, targets, weight, 0.1),
                   1e-6));
}

TEST_F(WeightedLosses, WithoutLabelsClassWeightsGiveExactlyZero) {
  const at::Tensor none = at::full({3}, -1, at::kLong);
  const at::Tensor weight = at::full({4}, 2.0);
  expect_nothing(
      [&](const at::Tensor& x) { return weighted_expression_loss(x, none, weight, 0.1); },
      at::randn({3, 4}));
}

TEST(ClassWeights, AreReadAndChecked) {
  EXPECT_TRUE(listed_class_weights("none", 3).empty());
  EXPECT_TRUE(listed_class_weights("auto", 3).empty());
  EXPECT_EQ(listed_class_weights("[1, 2.5,3]", 3), (std::vector<double>{1, 2.5, 3}));
  EXPECT_THROW(listed_class_weights("1,2", 3), OptionError);
  EXPECT_THROW(listed_class_weights("1,-2,3", 3), OptionError);
  LossOptions options;
  options.expr_class_weights = "1,2";
  EXPECT_NO_THROW(options.check());
  options.expr_class_weights = "1,0";
  EXPECT_THROW(options.check(), OptionError);
}

TEST_F(WeightedLosses, AClassesPartOfTheVotesCountsAsItsWeightSays) {
  const at::Tensor logits = at::randn({3, 4});
  const at::Tensor votes = at::tensor({0.6, 0.3, 0.0, 0.1, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0})
                               .reshape({3, 4})
                               .to(at::kFloat);  // the last row is missing
  const at::Tensor weight = at::tensor({1.0, 3.0, 0.5, 2.0}).to(at::kFloat);
  const at::Tensor log_probability = at::log_softmax(logits, 1);
  const auto entry = [&](int row, int k) { return log_probability[row][k].item<double>(); };
  const double expected = -(0.6 * 1 * entry(0, 0) + 0.3 * 3 * entry(0, 1) + 0.1 * 2 * entry(0, 3) +
                            1.0 * 0.5 * entry(1, 2)) /
                          2;
  EXPECT_NEAR(
      expression_distribution_loss(logits, votes, 0, weight).item<double>(), expected, 1e-5);
  EXPECT_TRUE(near(expression_distribution_loss(logits, votes, 0.2, at::full({4}, 2.0)),
                   2 * expression_distribution_loss(logits, votes, 0.2),
                   1e-6));
}

TEST_F(WeightedLosses, TasksWeighVotesToo) {
  Outputs outputs;
  outputs.expression = at::randn({2, 3});
  Batch batch;
  batch.expression = at::tensor(std::vector<std::int64_t>{0, 2});
  batch.expression_distribution = at::tensor({0.9F, 0.1F, 0.0F, 0.0F, 0.3F, 0.7F}).reshape({2, 3});
  LossOptions options;
  options.expr = "distribution";
  const at::Tensor weight = at::tensor({1.0F, 1.0F, 4.0F});
  const at::Tensor given = task_losses(outputs, batch, options, {{}, weight}, {}).expression;
  EXPECT_TRUE(near(
      given,
      expression_distribution_loss(outputs.expression, batch.expression_distribution, 0, weight),
      1e-6));
  EXPECT_FALSE(near(given, task_losses(outputs, batch, options, {}, {}).expression, 1e-3));
}

TEST_F(WeightedLosses, FurtherHeadsLearnAsTheNetworkDoes) {
  Outputs outputs;
  Outputs further;
  for (Outputs* head : {&outputs, &further}) {
    head->valence_arousal = at::randn({4, 2});
    head->expression = at::randn({4, 8});
    head->action_units = at::randn({4, 3});
  }
  Batch batch;
  batch.valence_arousal = at::rand({4, 2});
  batch.expression = at::tensor(std::vector<std::int64_t>{1, 3, -1, 0});
  batch.action_units = at::zeros({4, 3});
  const LabelWeights weights = {at::full({3}, 2.0), at::tensor(std::vector<float>(8, 3))};
  const TaskLosses alone = task_losses(outputs, batch, {}, weights, {});
  EXPECT_FALSE(alone.auxiliary.defined());
  const TaskLosses other = task_losses(further, batch, {}, weights, {});
  outputs.auxiliary = {further};
  TaskLosses both = task_losses(outputs, batch, {}, weights, {});
  EXPECT_TRUE(near(both.auxiliary, other.total, 1e-6));
  EXPECT_TRUE(near(both.total, alone.total + 0.4 * other.total, 1e-6));
  EXPECT_TRUE(near(both.expression, alone.expression, 0));
  LossOptions options;
  options.auxiliary = 0;
  both = task_losses(outputs, batch, options, weights, {});
  EXPECT_TRUE(near(both.auxiliary, other.total, 1e-6));
  EXPECT_TRUE(near(both.total, alone.total, 1e-6));
}

TEST_F(WeightedLosses, FurtherHeadsWithoutLabelsGiveExactlyZero) {
  Batch batch;
  batch.valence_arousal = at::full({3, 2}, -5.0);
  batch.expression = at::full({3}, -1, at::kLong);
  batch.action_units = at::full({3, 2}, -1.0);
  const LabelWeights weights = {at::full({2}, 2.0), at::full({4}, 3.0)};
  Outputs outputs;
  outputs.expression = at::randn({3, 4});
  expect_nothing(
      [&](const at::Tensor& x) {
        Outputs further;
        further.valence_arousal = x.slice(1, 0, 2);
        further.expression = x.slice(1, 2, 6);
        further.action_units = x.slice(1, 6, 8);
        outputs.auxiliary = {further};
        return task_losses(outputs, batch, {}, weights, {}).total;
      },
      at::randn({3, 8}));
}

}  // namespace
}  // namespace mien
