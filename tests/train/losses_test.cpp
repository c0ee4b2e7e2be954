#include "mien/train/losses.h"

#include <cmath>

#include <ATen/Context.h>
#include <ATen/TensorOperators.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/full.h>
#include <ATen/ops/log_softmax.h>
#include <ATen/ops/rand.h>
#include <ATen/ops/randn.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>
#include <gtest/gtest.h>

#include "mien/error.h"
#include "mien/nn/weights.h"

#include "loss_checks.h"
#include "shared_folder.h"
#include "tensor_checks.h"

namespace mien {
namespace {

using test::expect_gradient;
using test::expect_nothing;
using test::leaf;
using test::matrix;
using test::near;

class Losses : public testing::Test {
 protected:
  void SetUp() override { at::manual_seed(7); }
};

// ---- action units

TEST_F(Losses, ActionUnitsAverageOverValidEntries) {
  const at::Tensor logits = matrix({0, 2, -1, 5}, 2);
  const at::Tensor targets = matrix({1, 0, -1, -1}, 2);
  const double expected = (std::log(2.0) + std::log1p(std::exp(2.0))) / 2;
  EXPECT_NEAR(action_unit_loss(logits, targets, {}, "mean").item<double>(), expected, 1e-6);
  // Summed over units, averaged over the two pictures, valid or not.
  EXPECT_NEAR(action_unit_loss(logits, targets, {}, "sum").item<double>(), expected, 1e-6);
}

TEST_F(Losses, ActionUnitSumDividesByPictures) {
  const at::Tensor logits = at::zeros({3, 2});
  const at::Tensor targets = matrix({1, 1, 0, -1, -1, -1}, 2);
  EXPECT_NEAR(
      action_unit_loss(logits, targets, {}, "sum").item<double>(), 3 * std::log(2.0) / 3, 1e-6);
  EXPECT_NEAR(action_unit_loss(logits, targets, {}, "mean").item<double>(), std::log(2.0), 1e-6);
}

TEST_F(Losses, PositiveWeightsCountPresentUnitsOnly) {
  const at::Tensor weight = at::tensor(std::vector<float>{3, 1});
  const at::Tensor logits = at::zeros({1, 2});
  EXPECT_NEAR(action_unit_loss(logits, matrix({1, 0}, 2), weight, "mean").item<double>(),
              (3 + 1) * std::log(2.0) / 2,
              1e-6);
  EXPECT_NEAR(action_unit_loss(logits, matrix({0, 1}, 2), weight, "mean").item<double>(),
              (1 + 1) * std::log(2.0) / 2,
              1e-6);
}

TEST_F(Losses, ActionUnitGradient) {
  const at::Tensor targets = matrix({1, 0, -1, 0, 1, 1}, 3);
  const at::Tensor weight = at::tensor(std::vector<float>{2, 1, 0.5F});
  for (const char* reduction : {"mean", "sum"}) {
    expect_gradient(
        [&](const at::Tensor& x) { return action_unit_loss(x, targets, weight, reduction); },
        at::randn({2, 3}));
  }
}

// ---- expression

TEST_F(Losses, CrossEntropyLeavesMissingOut) {
  const at::Tensor logits = matrix({0, 0, 3, 1, 7, -7}, 2);
  const at::Tensor targets = at::tensor(std::vector<std::int64_t>{0, 0, -1});
  const double expected = (std::log(2.0) + std::log1p(std::exp(-2.0))) / 2;
  EXPECT_NEAR(expression_loss(logits, targets).item<double>(), expected, 1e-6);
}

TEST_F(Losses, ExpressionGradient) {
  const at::Tensor targets = at::tensor(std::vector<std::int64_t>{2, -1, 0});
  expect_gradient([&](const at::Tensor& x) { return expression_loss(x, targets, 0.1); },
                  at::randn({3, 4}));
}

TEST_F(Losses, OneHotDistributionIsCrossEntropy) {
  const at::Tensor logits = at::randn({3, 4});
  const at::Tensor targets = at::tensor(std::vector<std::int64_t>{2, -1, 0});
  at::Tensor rows = at::zeros({3, 4});
  rows[0][2] = 1;
  rows[2][0] = 1;
  for (const double smoothing : {0.0, 0.2}) {
    EXPECT_TRUE(near(expression_distribution_loss(logits, rows, smoothing),
                     expression_loss(logits, targets, smoothing),
                     1e-6));
  }
}

TEST_F(Losses, DistributionByHand) {
  const at::Tensor logits = matrix({0, 0}, 2);
  EXPECT_NEAR(expression_distribution_loss(logits, matrix({0.25F, 0.75F}, 2)).item<double>(),
              std::log(2.0),
              1e-6);
  expect_gradient(
      [](const at::Tensor& x) {
        return expression_distribution_loss(x, matrix({0.2F, 0.5F, 0.3F, 0, 0, 0}, 3));
      },
      at::randn({2, 3}));
}

// ---- valence and arousal

TEST_F(Losses, PerfectAgreementGivesMinusOne) {
  const at::Tensor targets = matrix({0.1F, -0.2F, 0.5F, 0.3F, -0.7F, 0.9F}, 2);
  EXPECT_NEAR(valence_arousal_loss(targets.clone(), targets).item<double>(), -1, 1e-6);
  EXPECT_NEAR(valence_arousal_loss_authors(targets.clone(), targets).item<double>(), 0, 2e-3);
}

TEST_F(Losses, ConcordanceByHand) {
  // x = (0, 1), y = (0, 0.5): means .5 and .25, variances .25 and .0625, covariance .125.
  const at::Tensor outputs = matrix({0, 0, 1, 1}, 2);
  const at::Tensor targets = matrix({0, 0, 0.5F, 0.5F}, 2);
  const double ccc = 2 * 0.125 / (0.25 + 0.0625 + 0.0625);
  EXPECT_NEAR(valence_arousal_loss(outputs, targets).item<double>(), 1 - 2 * ccc, 1e-6);
}

TEST_F(Losses, PaperTakesRowsValidForBoth) {
  const at::Tensor outputs = matrix({0, 0, 1, 1, 9, 9, 9, 9}, 2);
  const at::Tensor targets = matrix({0, 0, 0.5F, 0.5F, -5, 0.4F, 0.1F, -5}, 2);
  EXPECT_NEAR(valence_arousal_loss(outputs, targets).item<double>(),
              valence_arousal_loss(outputs.slice(0, 0, 2), targets.slice(0, 0, 2)).item<double>(),
              1e-6);
}

TEST_F(Losses, AuthorsTakeEachDimensionByItself) {
  const at::Tensor outputs = at::randn({4, 2});
  at::Tensor targets = at::rand({4, 2});
  const double arousal_alone = [&] {
    at::Tensor some = targets.clone();
    some.select(1, 0).fill_(-5);
    return valence_arousal_loss_authors(outputs, some).item<double>();
  }();
  targets.select(1, 1).fill_(-5);
  const double valence_alone = valence_arousal_loss_authors(outputs, targets).item<double>();
  EXPECT_GT(std::abs(valence_alone), 0);
  EXPECT_GT(std::abs(arousal_alone), 0);
}

TEST_F(Losses, ValenceArousalGradients) {
  at::Tensor targets = at::rand({6, 2}) * 2 - 1;
  targets[1][0] = -5;
  targets[4][0] = targets[4][1] = -5;
  const at::Tensor outputs = at::randn({6, 2});
  expect_gradient([&](const at::Tensor& x) { return valence_arousal_loss(x, targets); }, outputs);
  expect_gradient([&](const at::Tensor& x) { return valence_arousal_loss_authors(x, targets); },
                  outputs);
}

TEST_F(Losses, EqualConstantsHaveNoConcordance) {
  const at::Tensor constant = at::full({4, 2}, 0.5);
  const at::Tensor point = leaf(constant);
  const at::Tensor loss = valence_arousal_loss(point, constant);
  EXPECT_EQ(loss.item<float>(), 0.0F);
  loss.backward();
  EXPECT_EQ(point.grad().abs().max().item<float>(), 0.0F);
  // The authors' epsilon makes it defined; a constant answer must not give NaN either.
  const at::Tensor other = leaf(constant);
  valence_arousal_loss_authors(other, at::rand({4, 2})).backward();
  EXPECT_TRUE(other.grad().isfinite().all().item<bool>());
}

TEST_F(Losses, NotANumberComesThrough) {
  at::Tensor outputs = at::randn({4, 2});
  outputs[1][0] = std::nan("");
  EXPECT_TRUE(std::isnan(valence_arousal_loss(outputs, at::rand({4, 2})).item<double>()));
  EXPECT_TRUE(std::isnan(valence_arousal_loss_authors(outputs, at::rand({4, 2})).item<double>()));
}

// ---- what is missing counts for nothing

TEST_F(Losses, MissingLabelsGiveExactlyZero) {
  const at::Tensor units = at::full({3, 4}, -1.0);
  expect_nothing([&](const at::Tensor& x) { return action_unit_loss(x, units, {}, "mean"); },
                 at::randn({3, 4}));
  expect_nothing([&](const at::Tensor& x) { return action_unit_loss(x, units, {}, "sum"); },
                 at::randn({3, 4}));
  const at::Tensor none = at::full({3}, -1, at::kLong);
  expect_nothing([&](const at::Tensor& x) { return expression_loss(x, none, 0.1); },
                 at::randn({3, 4}));
  expect_nothing(
      [&](const at::Tensor& x) { return expression_distribution_loss(x, at::zeros({3, 4}), 0.1); },
      at::randn({3, 4}));
  at::Tensor affect = at::full({3, 2}, -5.0);
  for (int valid = 0; valid < 2; ++valid) {  // none, then a single one
    expect_nothing([&](const at::Tensor& x) { return valence_arousal_loss(x, affect); },
                   at::randn({3, 2}));
    expect_nothing([&](const at::Tensor& x) { return valence_arousal_loss_authors(x, affect); },
                   at::randn({3, 2}));
    affect[1].fill_(0.5);
  }
  const at::Tensor centers = at::randn({4, 5});
  expect_nothing([&](const at::Tensor& x) { return affinity_loss(x, none, centers); },
                 at::randn({3, 5}));
}

// ---- DAN

TEST_F(Losses, AffinityByHand) {
  const at::Tensor centers = matrix({0, 0, 2, 4}, 2);  // sample variances 2 and 8
  const at::Tensor features = matrix({1, 1, 2, 5}, 2);
  const at::Tensor targets = at::tensor(std::vector<std::int64_t>{0, 1});
  EXPECT_NEAR(affinity_loss(features, targets, centers).item<double>(), (2.0 + 1.0) / 2 / 10, 1e-6);
  const at::Tensor places = features.view({2, 2, 1, 1}).expand({2, 2, 3, 3});
  EXPECT_TRUE(near(
      affinity_loss(places, targets, centers), affinity_loss(features, targets, centers), 1e-6));
}

TEST_F(Losses, AffinityGradients) {
  const at::Tensor centers = at::randn({3, 4});
  const at::Tensor features = at::randn({3, 4});
  const at::Tensor targets = at::tensor(std::vector<std::int64_t>{0, 2, -1});
  expect_gradient([&](const at::Tensor& x) { return affinity_loss(x, targets, centers); },
                  features);
  expect_gradient([&](const at::Tensor& c) { return affinity_loss(features, targets, c); },
                  centers);
}

TEST_F(Losses, PartitionByHand) {
  // Two heads that differ by 2 everywhere: sample variance 2.
  at::Tensor heads = at::zeros({3, 2, 5});
  heads.select(1, 0).fill_(2);
  EXPECT_NEAR(partition_loss(heads).item<double>(), std::log1p(2.0 / 2.0), 1e-6);
  expect_gradient([](const at::Tensor& x) { return partition_loss(x); }, at::randn({2, 3, 2}));
  expect_nothing([](const at::Tensor& x) { return partition_loss(x); }, at::randn({2, 1, 4}));
}

// ---- together

TEST_F(Losses, ReconstructionCountsMaskedPatchesOnly) {
  const at::Tensor painted = at::tensor({1.0F, 3.0F, 0.0F, 0.0F, 9.0F, 9.0F, 2.0F, 2.0F});
  const at::Tensor masked = at::tensor({1.0F, 1.0F, 0.0F, 1.0F}).view({2, 2});
  const at::Tensor zeros = at::zeros({2, 2, 2});
  // Patches (1, 3), (0, 0) and (2, 2): mean squares 5, 0 and 4; (9, 9) was seen.
  EXPECT_FLOAT_EQ(reconstruction_loss(painted.view({2, 2, 2}), zeros, masked).item<float>(), 3);
  EXPECT_EQ(reconstruction_loss(painted.view({2, 2, 2}), zeros, at::zeros({2, 2})).item<float>(),
            0);
}

TEST_F(Losses, TotalIsTheSumOfWhatTheNetworkGives) {
  Outputs outputs;
  outputs.expression = at::randn({2, 8});
  Batch batch;
  batch.expression = at::tensor(std::vector<std::int64_t>{1, 3});
  TaskLosses losses = task_losses(outputs, batch, {}, {}, {});
  EXPECT_FALSE(losses.valence_arousal.defined());
  EXPECT_FALSE(losses.action_units.defined());
  EXPECT_TRUE(near(losses.total, losses.expression, 0));

  outputs.action_units = at::randn({2, 3});
  outputs.valence_arousal = at::randn({2, 2});
  batch.action_units = at::zeros({2, 3});
  batch.valence_arousal = at::rand({2, 2});
  losses = task_losses(outputs, batch, {}, {}, {});
  EXPECT_TRUE(
      near(losses.total, losses.valence_arousal + losses.expression + losses.action_units, 1e-6));
}

TEST_F(Losses, BfloatOutputsAreTakenInFloat) {
  const at::Tensor logits = at::randn({2, 8}).to(at::kBFloat16);
  const at::Tensor targets = at::tensor(std::vector<std::int64_t>{1, 3});
  EXPECT_EQ(expression_loss(logits, targets).scalar_type(), at::kFloat);
  EXPECT_TRUE(
      near(expression_loss(logits, targets), expression_loss(logits.to(at::kFloat), targets), 0));
}

TEST(PositiveWeights, AreReadAndChecked) {
  EXPECT_TRUE(listed_positive_weights("none", 2).empty());
  EXPECT_TRUE(listed_positive_weights("auto", 2).empty());
  EXPECT_EQ(listed_positive_weights("1.5, 2", 2), (std::vector<double>{1.5, 2}));
  EXPECT_EQ(listed_positive_weights("[1.5,2]", 2), (std::vector<double>{1.5, 2}));
  EXPECT_THROW(listed_positive_weights("1.5", 2), OptionError);
  EXPECT_THROW(listed_positive_weights("1.5,x", 2), OptionError);
  EXPECT_THROW(listed_positive_weights("1.5,0", 2), OptionError);
}

// ---- golden values

class GoldenLosses : public testing::Test {
 protected:
  void SetUp() override {
    const auto file = test::shared_path("golden/emma_losses.safetensors");
    if (!file) GTEST_SKIP() << test::kNoShared;
    state_ = read_safetensors(*file);
    outputs_ = leaf(tensor("outputs"));
    outputs_by_task_.valence_arousal = outputs_.slice(1, 0, 2);
    outputs_by_task_.expression = outputs_.slice(1, 2, 10);
    outputs_by_task_.action_units = outputs_.slice(1, 10, 22);
    batch_.valence_arousal = tensor("targets").slice(1, 0, 2);
    batch_.expression = tensor("targets").select(1, 2).to(at::kLong);
    batch_.action_units = tensor("targets").slice(1, 3, 15);
  }
  at::Tensor tensor(const std::string& name) const { return state_.tensors.at(name); }
  void expect(const std::string& form, const TaskLosses& losses) {
    EXPECT_TRUE(near(losses.valence_arousal, tensor(form + "_va"), 1e-5)) << "valence, arousal";
    EXPECT_TRUE(near(losses.expression, tensor(form + "_expr"), 1e-5)) << "expression";
    EXPECT_TRUE(near(losses.action_units, tensor(form + "_au"), 1e-5)) << "action units";
    losses.total.backward();
    EXPECT_TRUE(near(outputs_.grad(), tensor(form + "_gradient"), 1e-5)) << "gradient";
  }

  StateDict state_;
  at::Tensor outputs_;
  Outputs outputs_by_task_;
  Batch batch_;
};

TEST_F(GoldenLosses, Paper) {
  expect("paper", task_losses(outputs_by_task_, batch_, {}, {}, {}));
}

TEST_F(GoldenLosses, Authors) {
  LossOptions options;
  options.au_reduction = "sum";
  options.ccc = "authors";
  const std::vector<float> weights = {7.1009F,
                                      15.6396F,
                                      5.4711F,
                                      2.8036F,
                                      1.5152F,
                                      1.8908F,
                                      3.0464F,
                                      34.046F,
                                      32.4786F,
                                      36.7664F,
                                      0.5812F,
                                      11.1586F};
  expect("authors", task_losses(outputs_by_task_, batch_, options, {at::tensor(weights), {}}, {}));
}

}  // namespace
}  // namespace mien
