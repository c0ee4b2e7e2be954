#include "mien/nn/models/inception.h"

#include <algorithm>

#include <ATen/Context.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/rand.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mien/error.h"

#include "parity.h"

namespace mien {
namespace {

using test::near;

constexpr const char* kFixture = "inception.json";

NetworkPointer make(std::int64_t size,
                    bool auxiliary,
                    const Vocabulary& vocabulary = abaw_mtl_vocabulary()) {
  ModelOptions model;
  model.name = "inception-v3";
  model.auxiliary = auxiliary;
  InputOptions input;
  input.size = size;
  return create_network(model, vocabulary, input);
}

/// The message for a size that is refused.
std::string refusal(std::int64_t size, bool auxiliary) {
  try {
    make(size, auxiliary);
  } catch (const OptionError& error) {
    EXPECT_EQ(error.key(), "input.size");
    return error.what();
  }
  return "no error";
}

TEST(Inception, IsTorchvisions) {
  const nlohmann::json fixture = test::parity_fixture(kFixture, "inception-v3");
  const NetworkPointer network = make(299, true);
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
  const NetworkPointer network = make(299, true);
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
  const NetworkPointer network = make(75, false);
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
  const NetworkPointer network = make(96, false);
  network->eval();
  const at::Tensor pictures = at::rand({1, 3, 96, 96});  // a batch of one
  const Outputs all = network->forward(pictures);
  EXPECT_EQ(all.valence_arousal.sizes(), at::IntArrayRef({1, 2}));
  EXPECT_EQ(all.expression.sizes(), at::IntArrayRef({1, 8}));
  EXPECT_EQ(all.action_units.sizes(), at::IntArrayRef({1, 12}));
  EXPECT_EQ(all.features.sizes(), at::IntArrayRef({1, 2048}));
  const NetworkPointer faces = make(224, false, {{"anger", "fear", "joy"}, {}, false});
  faces->eval();
  const Outputs one = faces->forward(at::rand({1, 3, 224, 224}));
  EXPECT_FALSE(one.valence_arousal.defined());
  EXPECT_EQ(one.expression.sizes(), at::IntArrayRef({1, 3}));
  EXPECT_FALSE(one.action_units.defined());
  EXPECT_THROW(make(96, false, {}), UsageError);
}

TEST(Inception, SaysWhichPicturesAreTooSmall) {
  EXPECT_THAT(refusal(74, false), testing::HasSubstr("at least 75 pixels"));
  EXPECT_EQ(refusal(75, false), "no error");
  EXPECT_THAT(refusal(298, true),
              testing::AllOf(testing::HasSubstr("at least 299 pixels"),
                             testing::HasSubstr("model.auxiliary=false")));
  EXPECT_EQ(refusal(299, true), "no error");
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
  const NetworkPointer network = make(299, true);
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
  const NetworkPointer bare = make(96, false);
  EXPECT_TRUE(bare->backbone().optional.empty());
  for (const auto& item : bare->named_parameters()) {
    EXPECT_FALSE(item.key().starts_with("AuxLogits")) << item.key();
  }
}

}  // namespace
}  // namespace mien
