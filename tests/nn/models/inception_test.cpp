#include "mien/nn/models/inception.h"

#include <algorithm>

#include <ATen/Context.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/rand.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "made_network.h"
#include "parity.h"
#include "thrown.h"

namespace mien {
namespace {

using test::made_network;
using test::near;

constexpr const char* kFixture = "inception.json";

ModelOptions inception(bool auxiliary) {
  ModelOptions model = test::model_named("inception-v3");
  model.auxiliary = auxiliary;
  return model;
}

TEST(Inception, IsTorchvisions) {
  const nlohmann::json fixture = test::parity_fixture(kFixture, "inception-v3");
  const NetworkPointer network = made_network(inception(true), 299);
  test::expect_published_tensors(*network, fixture);
  test::expect_parity(*network, fixture);
}

TEST(Inception, ToMixed6eIsTorchvisionsInTraining) {
  constexpr std::int64_t kEvery = 35;  // channels that the fixture compares
  const nlohmann::json fixture =
      test::parity_fixture(kFixture, "inception-v3 to Mixed_6e, training");
  const auto side = fixture.at("size").get<std::int64_t>();
  InceptionBase base;
  test::fill_by_formula(base);
  base.to(at::kDouble);
  base.train();
  const at::Tensor pictures = test::formula_tensor("input", {2, 3, side, side}).to(at::kDouble);
  const at::Tensor outputs =
      base.forward(pictures).mean({2, 3}).slice(1, 0, InceptionBase::kChannels, kEvery);
  EXPECT_TRUE(near(outputs, test::published_outputs(fixture), 1e-6));
  outputs.square().sum().backward();
  test::expect_published_gradients(base, fixture);
}

TEST(Inception, AuxiliaryHeadIsTorchvisions) {
  const nlohmann::json fixture = test::parity_fixture(kFixture, "inception-v3 auxiliary");
  const auto side = fixture.at("size").get<std::int64_t>();
  InceptionAuxiliary head(22);
  test::fill_by_formula(head, "AuxLogits.");
  head.eval();
  const at::Tensor map = test::formula_tensor("input", {2, InceptionBase::kChannels, side, side});
  EXPECT_TRUE(near(head.forward(map), test::published_outputs(fixture), 1e-4));
  head.to(at::kDouble);
  head.forward(map.to(at::kDouble)).square().sum().backward();
  test::expect_published_gradients(head, fixture, "AuxLogits.");
}

TEST(Inception, AuxiliaryHeadAnswersInTrainingAlone) {
  const at::NoGradGuard no_gradients;
  const NetworkPointer network = made_network(inception(true), 299);
  const at::Tensor pictures = at::rand({2, 3, 299, 299});
  network->train();
  const Outputs training = network->forward(pictures);
  ASSERT_EQ(training.auxiliary.size(), 1U);
  EXPECT_EQ(training.auxiliary[0].valence_arousal.sizes(), at::IntArrayRef({2, 2}));
  EXPECT_EQ(training.auxiliary[0].expression.sizes(), at::IntArrayRef({2, 8}));
  EXPECT_EQ(training.auxiliary[0].action_units.sizes(), at::IntArrayRef({2, 12}));
  EXPECT_FALSE(near(training.auxiliary[0].expression, training.expression, 1e-3));
  network->eval();
  EXPECT_TRUE(network->forward(pictures).auxiliary.empty());
}

TEST(Inception, DropsHalfOfTheFeaturesInTraining) {
  const at::NoGradGuard no_gradients;
  const NetworkPointer network = made_network(inception(false), 75);
  at::manual_seed(3);
  const at::Tensor pictures = at::rand({8, 3, 75, 75});
  const auto zeros = [&] {
    const at::Tensor features = network->forward(pictures).features;
    return (features == 0).sum().item<double>() / static_cast<double>(features.numel());
  };
  network->eval();
  const double kept = zeros();
  network->train();
  EXPECT_GT(zeros(), kept + 0.1);
  network->eval();
  EXPECT_TRUE(network->forward(pictures).features.equal(network->forward(pictures).features));
}

TEST(Inception, GivesTheTasksOfItsVocabulary) {
  const at::NoGradGuard no_gradients;
  test::expect_tasks_of_vocabulary(inception(false), 96, 2048);
  const Vocabulary three = {{"anger", "fear", "joy"}, {}, false};
  const NetworkPointer faces = made_network(inception(false), 224, three);
  faces->eval();
  test::expect_tasks(faces->forward(at::rand({1, 3, 224, 224})), three, 1);
}

TEST(Inception, SaysWhichPicturesAreTooSmall) {
  const test::Refusal refusal = test::refused([] { made_network(inception(false), 74); });
  EXPECT_EQ(refusal.key, "input.size");
  EXPECT_THAT(refusal.message, testing::HasSubstr("at least 75 pixels"));
  EXPECT_NO_THROW(made_network(inception(false), 75));
  const test::Refusal whole = test::refused([] { made_network(inception(true), 298); });
  EXPECT_EQ(whole.key, "input.size");
  EXPECT_THAT(whole.message,
              testing::AllOf(testing::HasSubstr("at least 299 pixels"),
                             testing::HasSubstr("model.auxiliary=false")));
  EXPECT_NO_THROW(made_network(inception(true), 299));
}

TEST(Inception, KnowsTheSidesOfItsMap) {
  EXPECT_EQ(InceptionBase::side(299), 17);
  EXPECT_EQ(InceptionBase::side(224), 12);
  EXPECT_EQ(InceptionBase::side(75), 3);
  EXPECT_EQ(InceptionBase::side(43), 1);
  EXPECT_EQ(InceptionBase::side(42), 0);
  EXPECT_EQ(InceptionBase::side(1), 0);
  for (std::int64_t side = 1; side < 30; ++side) {
    EXPECT_EQ(InceptionBase::side(InceptionBase::picture_of(side)), side);
    EXPECT_EQ(InceptionBase::side(InceptionBase::picture_of(side) - 1), side - 1);
  }
  const at::NoGradGuard no_gradients;
  InceptionBase base;
  base.eval();
  EXPECT_EQ(base.forward(at::rand({1, 3, 150, 107})).sizes(),
            at::IntArrayRef({1, 768, InceptionBase::side(150), InceptionBase::side(107)}));
}

TEST(Inception, TheTrunkIsAllButTheLastLayers) {
  const NetworkPointer network = made_network(inception(true), 299);
  const Backbone backbone = network->backbone();
  const auto in_trunk = [&](const std::string& name) {
    return std::any_of(backbone.parts.begin(), backbone.parts.end(), [&](const std::string& part) {
      return name.starts_with(part);
    });
  };
  EXPECT_EQ(network->layers(), 2);
  for (const auto& item : network->named_parameters()) {
    const std::string& name = item.key();
    const bool head = name.starts_with("fc.") || name.starts_with("AuxLogits.fc.");
    EXPECT_EQ(in_trunk(name), !head) << name;
    EXPECT_EQ(network->layer_of(name), head ? 1 : 0) << name;
  }
  // A file without an auxiliary head will do.
  EXPECT_EQ(backbone.optional, (std::vector<std::string>{"AuxLogits.conv0.", "AuxLogits.conv1."}));
  const NetworkPointer bare = made_network(inception(false), 96);
  EXPECT_TRUE(bare->backbone().optional.empty());
  for (const auto& item : bare->named_parameters()) {
    EXPECT_FALSE(item.key().starts_with("AuxLogits")) << item.key();
  }
}

}  // namespace
}  // namespace mien
