#include "mien/nn/models/resnet.h"

#include <ATen/Context.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/rand.h>
#include <gtest/gtest.h>

#include "mien/error.h"

#include "parity.h"

namespace mien {
namespace {

NetworkPointer make(const std::string& name,
                    const Vocabulary& vocabulary = abaw_mtl_vocabulary(),
                    std::int64_t size = 64) {
  ModelOptions model;
  model.name = name;
  InputOptions input;
  input.size = size;
  return create_network(model, vocabulary, input);
}

class ResNetByName : public testing::TestWithParam<const char*> {
 protected:
  const std::string name_ = GetParam();
  const std::int64_t width_ = name_ == "resnet18" ? 512 : 2048;
};
INSTANTIATE_TEST_SUITE_P(ResNet, ResNetByName, testing::Values("resnet18", "resnet50"));

TEST_P(ResNetByName, IsTorchvisions) {
  const nlohmann::json fixture = test::parity_fixture("resnet.json", name_);
  const NetworkPointer network = make(name_);
  test::expect_published_tensors(*network, fixture);
  test::expect_parity(*network, fixture);
}

TEST_P(ResNetByName, GivesTheTasksOfItsVocabulary) {
  const NetworkPointer network = make(name_);
  network->eval();
  const at::NoGradGuard no_gradients;
  const at::Tensor pictures = at::rand({1, 3, 64, 64});  // a batch of one
  const Outputs all = network->forward(pictures);
  EXPECT_EQ(all.valence_arousal.sizes(), at::IntArrayRef({1, 2}));
  EXPECT_EQ(all.expression.sizes(), at::IntArrayRef({1, 8}));
  EXPECT_EQ(all.action_units.sizes(), at::IntArrayRef({1, 12}));
  EXPECT_EQ(all.features.sizes(), at::IntArrayRef({1, width_}));
  EXPECT_EQ(all.features.scalar_type(), at::kFloat);
  const Outputs one = make(name_, {{"anger", "fear", "joy"}, {}, false})->forward(pictures);
  EXPECT_FALSE(one.valence_arousal.defined());
  EXPECT_EQ(one.expression.sizes(), at::IntArrayRef({1, 3}));
  EXPECT_FALSE(one.action_units.defined());
  EXPECT_THROW(make(name_, {}), UsageError);
}

TEST_P(ResNetByName, ReadsPicturesOfAnySize) {
  const NetworkPointer network = make(name_, abaw_mtl_vocabulary(), 33);
  network->eval();
  const at::NoGradGuard no_gradients;
  EXPECT_EQ(network->forward(at::rand({2, 3, 33, 33})).features.sizes(),
            at::IntArrayRef({2, width_}));
}

TEST_P(ResNetByName, TheTrunkIsAllButTheLastLayer) {
  const NetworkPointer network = make(name_);
  const Backbone backbone = network->backbone();
  EXPECT_EQ(backbone.module, network.get());
  EXPECT_EQ(
      backbone.parts,
      (std::vector<std::string>{"conv1.", "bn1.", "layer1.", "layer2.", "layer3.", "layer4."}));
  EXPECT_TRUE(backbone.learning.empty());
  for (const auto& item : network->named_parameters()) {
    EXPECT_EQ(network->layer_of(item.key()), item.key().starts_with("fc.") ? 1 : 0) << item.key();
  }
  EXPECT_EQ(network->layers(), 2);
}

}  // namespace
}  // namespace mien
