#include "mien/nn/models/efficientnet.h"

#include <string>

#include <ATen/Context.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/rand.h>
#include <ATen/ops/randn.h>
#include <gtest/gtest.h>

#include "mien/error.h"

#include "finite_difference.h"
#include "formula.h"
#include "made_network.h"
#include "parity.h"
#include "tensor_checks.h"

namespace mien {
namespace {

using test::made_network;
using test::model_named;

/// The formula's weights with less variance, as the fixture has them (tools/fixtures).
void fill(Network& network) {
  constexpr double kVariance = 0.3;
  test::fill_by_formula(network);
  for (const auto& item : network.named_buffers()) {
    if (test::name_ends(item.key(), "running_var")) item.value().mul_(kVariance);
  }
}

struct Kind {
  const char* network;
  const char* kind;
};

class EfficientNetParity : public testing::TestWithParam<Kind> {};

TEST_P(EfficientNetParity, WithTimm) {
  const auto fixture = test::parity_fixture(
      "efficientnet.json", std::string(GetParam().network) + " " + GetParam().kind);
  ModelOptions model = model_named(GetParam().network);
  model.efficientnet = GetParam().kind;
  const NetworkPointer network = made_network(model, 64);
  test::expect_published_tensors(*network, fixture);
  fill(*network);
  network->eval();
  const std::int64_t side = fixture.at("size");
  const at::Tensor pictures = test::formula_tensor("input", {2, 3, side, side});
  {
    const at::NoGradGuard no_gradients;
    EXPECT_TRUE(test::near(
        test::all_scores(network->forward(pictures)), test::published_outputs(fixture), 1e-4));
  }
  network->to(at::kDouble);
  test::all_scores(network->forward(pictures.to(at::kDouble))).square().sum().backward();
  test::expect_published_gradients(*network, fixture);
}

INSTANTIATE_TEST_SUITE_P(All,
                         EfficientNetParity,
                         testing::Values(Kind{"efficientnet-b0", "torch"},
                                         Kind{"efficientnet-b0", "tf"},
                                         Kind{"efficientnet-b2", "torch"},
                                         Kind{"efficientnet-b2", "tf"}));

TEST(EfficientNet, GivesEveryTaskOfItsVocabulary) {
  test::expect_tasks_of_vocabulary(model_named("efficientnet-b0"), 64, 1280);
  const at::NoGradGuard no_gradients;
  const Vocabulary vocabulary = abaw_lsd_vocabulary();
  const NetworkPointer wider = made_network(model_named("efficientnet-b2"), 64, vocabulary);
  wider->eval();
  const Outputs outputs = wider->forward(at::rand({1, 3, 70, 50}));
  test::expect_tasks(outputs, vocabulary, 1);
  EXPECT_EQ(outputs.features.sizes(), at::IntArrayRef({1, 1408}));
}

TEST(EfficientNet, APictureIsReadAloneAsAmongOthers) {
  const NetworkPointer network = made_network(model_named("efficientnet-b0"), 64);
  fill(*network);
  network->eval();
  const at::NoGradGuard no_gradients;
  const at::Tensor pictures = at::rand({3, 3, 64, 64});
  const at::Tensor together = test::all_scores(network->forward(pictures));
  const at::Tensor alone = test::all_scores(network->forward(pictures.slice(0, 1, 2)));
  EXPECT_TRUE(test::near(alone, together.slice(0, 1, 2), 1e-4));
}

TEST(EfficientNet, TheTwoKindsDifferInPaddingAndEps) {
  ModelOptions model = model_named("efficientnet-b2");
  EXPECT_EQ(efficientnet_options(model).style.padding, Padding::kHalf);
  EXPECT_EQ(efficientnet_options(model).style.norm_eps, 1e-5);
  EXPECT_EQ(efficientnet_options(model).dropout, 0.3);
  model.efficientnet = "tf";
  EXPECT_EQ(efficientnet_options(model).style.padding, Padding::kSame);
  EXPECT_EQ(efficientnet_options(model).style.norm_eps, 1e-3);
  model.name = "efficientnet-b0";
  EXPECT_EQ(efficientnet_options(model).dropout, 0.2);
  model.efficientnet = "keras";
  EXPECT_THROW(model.check(), OptionError);
}

TEST(EfficientNet, BackboneAndHeadAreApart) {
  const NetworkPointer network = made_network(model_named("efficientnet-b0"), 64);
  const std::vector<std::string> parts = network->backbone().parts;
  EXPECT_EQ(parts,
            (std::vector<std::string>{"conv_stem.", "bn1.", "blocks.", "conv_head.", "bn2."}));
  for (const auto& item : network->named_parameters()) {
    const bool head = item.key().starts_with("classifier.");
    EXPECT_EQ(network->layer_of(item.key()), head ? 1 : 0) << item.key();
  }
}

TEST(EfficientNet, DropoutAndDropPathWorkInTrainingAlone) {
  const NetworkPointer network = made_network(model_named("efficientnet-b0"), 64);
  const at::NoGradGuard no_gradients;
  const at::Tensor pictures = at::rand({4, 3, 64, 64});
  const auto features = [&] { return network->forward(pictures).features; };
  network->train();
  const double zeros = features().eq(0).to(at::kDouble).mean().item<double>();
  EXPECT_NEAR(zeros, 0.2, 0.04);
  EXPECT_FALSE(features().equal(features()));
  network->eval();
  EXPECT_TRUE(features().equal(features()));
  EXPECT_LT(features().eq(0).to(at::kDouble).mean().item<double>(), 0.01);
}

/// A trunk a tenth as wide and deep.
TEST(EfficientNet, GradientsOfASmallOne) {
  EfficientNetOptions options;
  options.width = 0.1;
  options.depth = 0.1;
  options.style = {Padding::kSame, 1e-3};
  at::manual_seed(1);
  EfficientNetTrunk trunk(options);
  EXPECT_EQ(trunk.width(), 128);
  trunk.to(at::kDouble);
  const at::Tensor pictures = at::randn({3, 3, 33, 33}, at::kDouble);
  const at::Tensor weights = at::rand({3, 128}, at::kDouble);
  test::expect_true_gradients(trunk, [&] { return (trunk.forward(pictures) * weights).sum(); }, 1);
}

}  // namespace
}  // namespace mien
