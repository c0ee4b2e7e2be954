// CoTEX in training: against the reference program, against two networks by themselves, in parts.
#include "mien/nn/models/cotex.h"

#include <ATen/Context.h>
#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/randint.h>
#include <ATen/ops/randn.h>
#include <ATen/ops/softmax.h>
#include <gtest/gtest.h>

#include "mien/affect/vocabulary.h"
#include "mien/nn/layers/masking.h"
#include "mien/train/step.h"

#include "shared_folder.h"
#include "tensor_checks.h"

namespace mien {
namespace {

using test::near;

constexpr double kForward = 1e-5;  // as the golden README has them
constexpr double kBackward = 1e-4;

class GoldenCotex : public testing::Test {
 protected:
  void SetUp() override {
    const auto file = test::shared_path("golden/cotex_tiny.safetensors");
    if (!file) GTEST_SKIP() << test::kNoShared;
    golden_ = read_safetensors(*file).tensors;
    StateDict state;
    for (const auto& [name, tensor] : golden_) {
      if (name.starts_with("v")) state.tensors[name] = tensor;
    }
    ModelOptions model;
    model.name = "cotex";
    model.vit = "48x2x4/8";
    model.drop_path = 0;
    InputOptions input;
    input.size = 32;
    network_ = std::dynamic_pointer_cast<CotexNetwork>(
        create_network(model, abaw_lsd_vocabulary(), input));
    load_state(*network_, state, file->string());
  }
  /// The losses behind the file's masks.
  TaskLosses losses(double lambda) {
    constexpr double kMask = 0.75;
    const Outputs outputs = network_->read(
        golden_.at("x"),
        {kept_patches(golden_.at("noise0"), kMask), kept_patches(golden_.at("noise1"), kMask)});
    EXPECT_TRUE(near(outputs.views[0], golden_.at("logits0"), kForward));
    EXPECT_TRUE(near(outputs.views[1], golden_.at("logits1"), kForward));
    Batch batch;
    batch.expression = golden_.at("labels");
    LossOptions options;
    options.lambda = lambda;
    return task_losses(outputs, batch, options, {}, {});
  }

  std::map<std::string, at::Tensor> golden_;
  std::shared_ptr<CotexNetwork> network_;
};

TEST_F(GoldenCotex, OutputsOfAllPatches) {
  network_->eval();
  const at::NoGradGuard no_gradients;
  const Outputs outputs = network_->forward(golden_.at("x"));
  EXPECT_TRUE(near(outputs.views[0], golden_.at("full0"), kForward));
  EXPECT_TRUE(near(outputs.views[1], golden_.at("full1"), kForward));
  EXPECT_TRUE(near(at::softmax(outputs.expression, 1), golden_.at("mean_probability"), kForward));
}

TEST_F(GoldenCotex, LossesAndGradients) {
  const TaskLosses found = losses(33.3);
  EXPECT_TRUE(near(found.agreement, golden_.at("paper_js"), kForward));
  EXPECT_TRUE(near(found.expression, golden_.at("paper_ce0") + golden_.at("paper_ce1"), kForward));
  EXPECT_TRUE(near(found.total, golden_.at("paper_loss"), kForward));
  found.total.backward();
  for (const auto& item : network_->named_parameters()) {
    const std::string name = "g" + item.key().substr(1);
    EXPECT_TRUE(near(item.value().grad(), golden_.at(name), kBackward)) << name;
  }
}

// The authors average the cross entropies over the views, and the divergence over batch and classes
// with a weight of 100: half of eq. 5 with lambda 2 * 100 / 6. Their clamp of probabilities at 1e-4
// touches none here.
TEST_F(GoldenCotex, TheAuthorsLossIsHalfOfEquation5) {
  const TaskLosses found = losses(2 * 100.0 / 6);
  EXPECT_TRUE(near(found.total / 2, golden_.at("authors_loss"), kForward));
}

NetworkPointer made(ModelOptions model) {
  model.vit = "24x2x2/8";
  model.head_hidden = 0;
  InputOptions input;
  input.size = 32;
  const NetworkPointer network = create_network(model, abaw_lsd_vocabulary(), input);
  network->train();
  const at::NoGradGuard no_gradients;
  for (const auto& item : network->named_parameters()) {
    if (item.key().ends_with("head.weight")) item.value().detach().normal_(0, 0.3);  // not near 0
  }
  return network;
}

ModelOptions model_of(const std::string& name, double mask, double drop_path) {
  ModelOptions model;
  model.name = name;
  model.mask = mask;
  model.drop_path = drop_path;
  return model;
}

Batch batch_of(std::int64_t size) {
  Batch batch;
  batch.pictures = at::randn({size, 3, 32, 32});
  batch.expression = at::randint(6, {size}, at::kLong);
  return batch;
}

/// The names of a view within a CoTEX, without what stands before them.
StateDict view_of(const Network& cotex, const std::string& prefix) {
  StateDict view;
  for (const auto& [name, tensor] : state_of(cotex).tensors) {
    if (name.starts_with(prefix)) view.tensors[name.substr(prefix.size())] = tensor;
  }
  return view;
}

class CotexStep : public testing::Test {
 protected:
  void SetUp() override { at::manual_seed(5); }
};

TEST_F(CotexStep, WithoutMaskAndLambdaItIsTwoNetworksSideBySide) {
  const NetworkPointer cotex = made(model_of("cotex", 0, 0));
  const NetworkPointer alone[] = {made(model_of("vit", 0, 0)), made(model_of("vit", 0, 0))};
  load_state(*alone[0], view_of(*cotex, "v0."), "v0");
  load_state(*alone[1], view_of(*cotex, "v1."), "v1");
  LearnerOptions options;
  options.loss.lambda = 0;
  options.optim.clip = 0;  // the norm of both together is another than each one's
  Learner both(cotex, options);
  Learner first(alone[0], options);
  Learner second(alone[1], options);
  for (std::uint64_t step = 1; step <= 5; ++step) {
    const Batch batch = batch_of(6);
    for (Learner* learner : {&both, &first, &second}) {
      const BatchLosses losses = learner->accumulate(batch, 1, step);
      if (learner == &both) {
        EXPECT_GE(losses.tasks.at("agreement").value, 0);
        EXPECT_EQ(losses.tasks.at("total").value, losses.tasks.at("expression").value);
      }
      learner->step(1e-2);
    }
  }
  for (const std::size_t view : {0U, 1U}) {
    const StateDict together = view_of(*cotex, "v" + std::to_string(view) + ".");
    for (const auto& [name, tensor] : state_of(*alone[view]).tensors) {
      EXPECT_TRUE(tensor.equal(together.tensors.at(name))) << view << " " << name;
    }
  }
}

class CotexParts : public CotexStep, public testing::WithParamInterface<std::int64_t> {};

TEST_P(CotexParts, OfABatchHaveItsLossesAndGradients) {
  ModelOptions model = model_of("cotex", 0.5, 0.3);
  model.views = 3;
  at::manual_seed(1);
  const NetworkPointer one = made(model);
  at::manual_seed(1);
  const NetworkPointer parts = made(model);
  Batch batch = batch_of(10);
  batch.expression[1] = -1;
  batch.expression.slice(0, 6).fill_(-1);  // a part without labels
  LearnerOptions options;
  options.optim.clip = 0;
  const BatchLosses whole = Learner(one, options).accumulate(batch, 0.5, 9);
  options.optim.micro_batch = GetParam();
  const BatchLosses split = Learner(parts, options).accumulate(batch, 0.5, 9);
  for (const char* task : {"expression", "agreement", "total"}) {
    const double expected = whole.tasks.at(task).value;
    EXPECT_GT(expected, 0) << task;
    EXPECT_NEAR(split.tasks.at(task).value, expected, 1e-5 * expected) << task;
    EXPECT_TRUE(split.tasks.at(task).labelled) << task;
  }
  const auto expected = one->named_parameters();
  for (const auto& item : parts->named_parameters()) {
    EXPECT_TRUE(near(item.value().grad(), expected[item.key()].grad(), 2e-5)) << item.key();
  }
}
INSTANTIATE_TEST_SUITE_P(Sizes, CotexParts, testing::Values(1, 3, 5, 9, 10, 64));

TEST_F(CotexStep, AgreementCountsPicturesWithoutLabels) {
  const NetworkPointer cotex = made(model_of("cotex", 0.5, 0));
  Batch batch = batch_of(4);
  batch.expression.fill_(-1);
  Learner learner(cotex, LearnerOptions());
  const BatchLosses losses = learner.accumulate(batch, 1, 1);
  EXPECT_FALSE(losses.tasks.at("expression").labelled);
  EXPECT_EQ(losses.tasks.at("expression").value, 0);
  EXPECT_TRUE(losses.tasks.at("agreement").labelled);
  EXPECT_GE(learner.step(1e-3).network, 0);
}

}  // namespace
}  // namespace mien
