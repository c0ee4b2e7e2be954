#include "mien/train/step.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>
#include <string>
#include <vector>

#include <ATen/Context.h>
#include <ATen/TensorOperators.h>
#include <ATen/ops/full.h>
#include <ATen/ops/rand.h>
#include <ATen/ops/randint.h>
#include <ATen/ops/randn.h>
#include <gtest/gtest.h>

#include "mien/error.h"
#include "mien/nn/network.h"

#include "tensor_checks.h"

namespace mien {
namespace {

using test::near;

NetworkPointer network_of(const std::string& name,
                          const std::string& va_gradient = "stop",
                          bool freeze_trunk = false) {
  ModelOptions model;
  model.name = name;
  model.vit = "24x2x2/8";
  model.head_hidden = 0;
  model.va_hidden = 8;
  model.drop_path = 0;
  model.va_gradient = va_gradient;
  model.dan_width = 4;
  model.dan_stem = "small";
  model.dan_heads = 2;
  model.freeze_trunk = freeze_trunk;
  InputOptions input;
  input.size = 32;
  at::manual_seed(11);
  NetworkPointer network = create_network(model, abaw_mtl_vocabulary(), input);
  network->train();
  return network;
}

NetworkPointer expressions_alone() {
  Vocabulary vocabulary;
  vocabulary.expressions = abaw_mtl_vocabulary().expressions;
  const NetworkPointer like = network_of("vit");
  at::manual_seed(11);
  NetworkPointer network = create_network(like->options(), vocabulary, like->input());
  network->train();
  return network;
}

Batch batch_of(std::int64_t size) {
  Batch batch;
  batch.pictures = at::randn({size, 3, 32, 32});
  batch.valence_arousal = at::rand({size, 2}) * 2 - 1;
  batch.expression = at::randint(8, {size}, at::kLong);
  batch.action_units = at::randint(2, {size, 12}, at::kLong).to(at::kFloat);
  return batch;
}

Batch part_of(const Batch& batch, std::int64_t begin, std::int64_t end) {
  Batch part;
  part.pictures = batch.pictures.slice(0, begin, end);
  part.valence_arousal = batch.valence_arousal.slice(0, begin, end);
  part.expression = batch.expression.slice(0, begin, end);
  part.action_units = batch.action_units.slice(0, begin, end);
  return part;
}

LearnerOptions learner_options() {
  LearnerOptions options;
  options.optim.clip = 0;
  options.optim.va_clip = 0;
  return options;
}

StateDict copy_of(const Network& network) {
  StateDict copy;
  for (const auto& [name, tensor] : state_of(network).tensors) copy.tensors[name] = tensor.clone();
  return copy;
}

/// Names whose tensors differ.
std::vector<std::string> moved(const StateDict& before, const Network& network) {
  std::vector<std::string> names;
  for (const auto& [name, tensor] : state_of(network).tensors) {
    if (!tensor.equal(before.tensors.at(name))) names.push_back(name);
  }
  return names;
}

class Step : public testing::Test {
 protected:
  void SetUp() override {
    at::manual_seed(5);
    batch_ = batch_of(10);
  }
  Batch batch_;
};

// Valence and arousal are taken a batch at a time, so they are left out here.
TEST_F(Step, FourBatchesEqualOneLargeBatch) {
  batch_.valence_arousal.fill_(-5);
  LearnerOptions options = learner_options();
  options.optim.name = "sgd";  // Adam's first step is the gradient's sign, whatever its rounding
  const NetworkPointer one = network_of("vit");
  Learner whole(one, options);
  whole.accumulate(batch_, 1, 1);
  whole.step(1e-2);

  const NetworkPointer four = network_of("vit");
  Learner parts(four, options);
  const std::int64_t ends[] = {3, 6, 9, 10};  // the last one short
  std::int64_t begin = 0;
  for (const std::int64_t end : ends) {
    parts.accumulate(part_of(batch_, begin, end), static_cast<double>(end - begin) / 10, 1);
    begin = end;
  }
  parts.step(1e-2);
  const StateDict expected = state_of(*one);
  for (const auto& [name, tensor] : state_of(*four).tensors) {
    EXPECT_TRUE(near(tensor, expected.tensors.at(name), 1e-4)) << name;
  }
}

TEST_F(Step, GradientsOfPartsSumToTheWhole) {
  batch_.valence_arousal.fill_(-5);
  const NetworkPointer one = network_of("vit");
  Learner whole(one, learner_options());
  whole.accumulate(batch_, 1, 1);
  const NetworkPointer two = network_of("vit");
  Learner parts(two, learner_options());
  parts.accumulate(part_of(batch_, 0, 4), 0.4, 1);
  parts.accumulate(part_of(batch_, 4, 10), 0.6, 1);
  const auto expected = one->named_parameters();
  for (const auto& item : two->named_parameters()) {
    if (!expected[item.key()].grad().defined()) continue;
    EXPECT_TRUE(near(item.value().grad(), expected[item.key()].grad(), 1e-4)) << item.key();
  }
}

TEST_F(Step, ClassWeightsGoOverTheWholeBatch) {
  batch_.valence_arousal = at::Tensor();
  LearnerOptions options = learner_options();
  options.weights.classes = at::rand({8}) + 0.1;
  const NetworkPointer one = expressions_alone();
  const BatchLosses whole = Learner(one, options).accumulate(batch_, 1, 1);
  options.optim.micro_batch = 3;
  const NetworkPointer two = expressions_alone();
  const BatchLosses parts = Learner(two, options).accumulate(batch_, 1, 1);
  EXPECT_NEAR(parts.tasks.at("expression").value, whole.tasks.at("expression").value, 1e-5);
  const auto expected = one->named_parameters();
  for (const auto& item : two->named_parameters()) {
    if (!expected[item.key()].grad().defined()) continue;
    EXPECT_TRUE(near(item.value().grad(), expected[item.key()].grad(), 1e-4)) << item.key();
  }
}

TEST_F(Step, TheAuxiliaryHeadIsATaskOfItsOwn) {
  ModelOptions model;
  model.name = "inception-v3";
  InputOptions input;
  input.size = 299;
  const NetworkPointer network = create_network(model, abaw_mtl_vocabulary(), input);
  network->train();
  Batch batch = part_of(batch_, 0, 2);
  batch.pictures = at::rand({2, 3, 299, 299});
  Learner learner(network, learner_options());
  const BatchLosses losses = learner.accumulate(batch, 1, 1);
  const auto value = [&](const char* task) { return losses.tasks.at(task).value; };
  EXPECT_TRUE(losses.tasks.at("auxiliary").labelled);
  EXPECT_NEAR(value("total"),
              value("valence_arousal") + value("expression") + value("action_units") +
                  0.4 * value("auxiliary"),
              1e-4);
  for (const auto& item : network->named_parameters()) {
    EXPECT_TRUE(item.value().grad().defined()) << item.key();
  }
}

TEST_F(Step, ValenceArousalLossMovesItsHeadAlone) {
  batch_.expression.fill_(-1);
  batch_.action_units.fill_(-1);
  const NetworkPointer network = network_of("emma");
  LearnerOptions options = learner_options();
  options.optim.weight_decay = 0;
  Learner learner(network, options);
  const StateDict before = copy_of(*network);
  learner.accumulate(batch_, 1, 1);
  learner.step(1e-2);
  const std::vector<std::string> names = moved(before, *network);
  EXPECT_EQ(names.size(), 4U);
  for (const std::string& name : names) EXPECT_TRUE(name.starts_with("va_head.")) << name;
}

TEST_F(Step, OtherLossesLeaveTheValenceArousalHead) {
  batch_.valence_arousal.fill_(-5);
  const NetworkPointer network = network_of("emma");
  Learner learner(network, learner_options());
  const StateDict before = copy_of(*network);
  learner.accumulate(batch_, 1, 1);
  learner.step(1e-2);
  const std::vector<std::string> names = moved(before, *network);
  EXPECT_FALSE(names.empty());
  for (const std::string& name : names) EXPECT_TRUE(name.starts_with("vit.")) << name;
}

TEST_F(Step, GradientFlowsWhereAskedFor) {
  batch_.expression.fill_(-1);
  batch_.action_units.fill_(-1);
  const NetworkPointer network = network_of("emma", "flow");
  Learner learner(network, learner_options());
  learner.accumulate(batch_, 1, 1);
  const auto gradient = network->named_parameters()["vit.blocks.0.attn.qkv.weight"].grad();
  ASSERT_TRUE(gradient.defined());
  EXPECT_GT(gradient.abs().max().item<float>(), 0);
}

TEST_F(Step, FrozenDanKeepsWeightsAndStatistics) {
  const NetworkPointer network = network_of("emma");
  Learner learner(network, learner_options());
  const StateDict before = copy_of(*network);
  for (int i = 0; i < 3; ++i) {
    network->train();
    learner.accumulate(batch_, 1, 1);
    learner.step(1e-2);
  }
  for (const std::string& name : moved(before, *network)) {
    EXPECT_FALSE(name.starts_with("cnn.")) << name;
  }
}

// Linear evaluation: neither weights nor statistics of what was loaded move.
TEST_F(Step, FrozenTrunkKeepsItsBits) {
  const struct {
    const char* network;
    std::vector<std::string> heads;
  } cases[] = {{"vit", {"head."}},
               {"emma", {"vit.head.", "va_head."}},
               {"cotex", {"v0.head.", "v1.head."}},
               {"dan", {"cat_head", "fc.", "bn."}},
               {"resnet18", {"fc."}},
               {"vgg-face", {"fc6.", "fc7.", "fc8."}}};
  for (const auto& [name, heads] : cases) {
    const NetworkPointer network = network_of(name, "stop", /*freeze_trunk=*/true);
    Learner learner(network, learner_options());
    const StateDict before = copy_of(*network);
    for (int i = 0; i < 2; ++i) {
      network->train();
      learner.accumulate(batch_, 1, 1);
      learner.step(1e-2);
    }
    std::set<std::string> learned;
    for (const std::string& tensor : moved(before, *network)) {
      const auto head = std::find_if(heads.begin(), heads.end(), [&](const std::string& beginning) {
        return tensor.starts_with(beginning);
      });
      EXPECT_NE(head, heads.end()) << name << " " << tensor;
      if (head != heads.end()) learned.insert(*head);
    }
    EXPECT_EQ(learned.size(), heads.size()) << name;
  }
}

// The draws of dropout belong to the samples, and a frozen trunk has no batch statistics.
TEST_F(Step, MicroBatchesOfAFrozenVggFaceAreTheWhole) {
  batch_.valence_arousal.fill_(-5);
  LearnerOptions options = learner_options();
  options.optim.name = "sgd";
  const NetworkPointer one = network_of("vgg-face", "stop", /*freeze_trunk=*/true);
  Learner(one, options).accumulate(batch_, 1, 1);
  options.optim.micro_batch = 4;
  const NetworkPointer two = network_of("vgg-face", "stop", /*freeze_trunk=*/true);
  Learner(two, options).accumulate(batch_, 1, 1);
  const auto expected = one->named_parameters();
  for (const auto& item : two->named_parameters()) {
    if (!item.value().requires_grad()) continue;
    EXPECT_TRUE(near(item.value().grad(), expected[item.key()].grad(), 1e-4)) << item.key();
  }
}

TEST_F(Step, DanLearnsItsCentresWithTheNetwork) {
  const NetworkPointer network = network_of("dan");
  LearnerOptions options = learner_options();
  options.optim.name = "adam";
  Learner learner(network, options);
  StateDict before;
  learner.save(before);
  const at::Tensor centers = before.tensors.at("centers").clone();
  EXPECT_EQ(centers.sizes(), (std::vector<std::int64_t>{8, 32}));
  const BatchLosses losses = learner.accumulate(batch_, 1, 1);
  for (const char* task : {"expression", "affinity", "partition", "total"}) {
    EXPECT_TRUE(losses.tasks.contains(task)) << task;
  }
  learner.step(1e-2);
  StateDict after;
  learner.save(after);
  EXPECT_FALSE(after.tensors.at("centers").equal(centers));
  // Weights files hold the network alone.
  EXPECT_FALSE(state_of(*network).tensors.contains("centers"));
}

TEST_F(Step, SaysWhichTaskIsNotFinite) {
  const NetworkPointer network = network_of("vit");
  Learner learner(network, learner_options());
  batch_.valence_arousal[2][1] = std::numeric_limits<float>::infinity();
  const BatchLosses losses = learner.accumulate(batch_, 1, 1);
  EXPECT_EQ(losses.not_finite, "valence_arousal");
  for (const at::Tensor& parameter : network->parameters()) {
    EXPECT_FALSE(parameter.grad().defined());
  }
}

TEST_F(Step, KnowsTheTasksThatABatchHasLabelsFor) {
  batch_.expression.fill_(-1);
  batch_.valence_arousal.slice(0, 1).fill_(-5);  // a single one is no concordance
  Learner learner(network_of("vit"), learner_options());
  const BatchLosses losses = learner.accumulate(batch_, 1, 1);
  EXPECT_FALSE(losses.tasks.at("expression").labelled);
  EXPECT_FALSE(losses.tasks.at("valence_arousal").labelled);
  EXPECT_TRUE(losses.tasks.at("action_units").labelled);
  EXPECT_EQ(losses.tasks.at("expression").value, 0);
  EXPECT_EQ(losses.tasks.at("valence_arousal").value, 0);
}

TEST_F(Step, RandomNumbersComeFromTheKey) {
  ModelOptions model = network_of("vit")->options();
  model.mask = 0.5;
  model.drop_path = 0.5;
  InputOptions input;
  input.size = 32;
  const NetworkPointer network = create_network(model, abaw_mtl_vocabulary(), input);
  network->train();
  Learner learner(network, learner_options());
  const double first = learner.accumulate(batch_, 1, 1).tasks.at("total").value;
  const double other = learner.accumulate(batch_, 1, 2).tasks.at("total").value;
  EXPECT_EQ(learner.accumulate(batch_, 1, 1).tasks.at("total").value, first);
  EXPECT_NE(other, first);
}

TEST_F(Step, StateOfAnotherNetworkIsRefused) {
  Learner dan(network_of("dan"), learner_options());
  Learner vit(network_of("vit"), learner_options());
  StateDict state;
  dan.save(state);
  EXPECT_THROW(vit.load(state, "file"), Error);
}

}  // namespace
}  // namespace mien
