#include "mien/nn/models/vgg_face.h"

#include <ATen/Context.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/rand.h>
#include <gtest/gtest.h>

#include "mien/error.h"
#include "mien/nn/layers/initialise.h"

#include "made_network.h"
#include "parity.h"

namespace mien {
namespace {

NetworkPointer make(std::int64_t size) {
  return test::made_network(test::model_named("vgg-face"), size);
}

TEST(VggFace, IsThePublishedNetwork) {
  const nlohmann::json fixture = test::parity_fixture("vgg_face.json", "vgg-face");
  const NetworkPointer network = make(64);
  test::expect_published_tensors(*network, fixture);
  test::expect_parity(*network, fixture);
}

TEST(VggFace, HasThePublishedSizeAt224) {
  const WithoutInitialisation for_shapes_alone;
  const NetworkPointer network = make(224);
  const auto parameters = network->named_parameters();
  EXPECT_EQ(parameters["fc6.weight"].sizes(), at::IntArrayRef({4096, 25088}));
  std::int64_t trunk = 0;
  for (const auto& item : parameters) {
    if (!item.key().starts_with("fc8.")) trunk += item.value().numel();
  }
  EXPECT_EQ(trunk, 134'260'544);  // VGG-16 without its last layer
}

TEST(VggFace, GivesTheTasksOfItsVocabulary) {
  test::expect_tasks_of_vocabulary(test::model_named("vgg-face"), 32, 4096);
}

TEST(VggFace, RefusesPicturesThatVanish) {
  EXPECT_THROW(make(31), OptionError);
}

TEST(VggFace, DropoutIsForTrainingAlone) {
  const NetworkPointer network = make(32);
  const at::NoGradGuard no_gradients;
  const at::Tensor pictures = at::rand({2, 3, 32, 32});
  network->eval();
  const at::Tensor once = network->forward(pictures).features;
  EXPECT_TRUE(network->forward(pictures).features.equal(once));
  network->train();
  at::manual_seed(3);
  const at::Tensor dropped = network->forward(pictures).features;
  EXPECT_FALSE(network->forward(pictures).features.equal(dropped));
  at::manual_seed(3);
  EXPECT_TRUE(network->forward(pictures).features.equal(dropped));
}

// The challenge's baseline: convolutions as they are, three linear layers learn.
TEST(VggFace, AFrozenTrunkIsItsConvolutions) {
  ModelOptions model = test::model_named("vgg-face");
  model.freeze_trunk = true;
  const NetworkPointer network = test::made_network(model, 32);
  network->train();
  for (const auto& item : network->named_parameters()) {
    const bool linear = item.key().starts_with("fc");
    EXPECT_EQ(item.value().requires_grad(), linear) << item.key();
    EXPECT_EQ(network->role_of(item.key()), linear ? ParameterRole::kMain : ParameterRole::kFrozen)
        << item.key();
    EXPECT_EQ(network->layer_of(item.key()), linear ? 1 : 0) << item.key();
  }
  for (const auto& item : network->named_children()) {
    EXPECT_EQ(item.value()->is_training(), item.key().starts_with("fc")) << item.key();
  }
  const Backbone backbone = network->backbone();  // what weights fill, in spite of that
  EXPECT_EQ(backbone.parts.size(), 15U);
  EXPECT_EQ(backbone.parts.back(), "fc7.");
}

}  // namespace
}  // namespace mien
