#include "mien/nn/models/resnet.h"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/rand.h>
#include <gtest/gtest.h>

#include "made_network.h"
#include "parity.h"

namespace mien {
namespace {

using test::made_network;

class ResNetByName : public testing::TestWithParam<const char*> {
 protected:
  const ModelOptions model_ = test::model_named(GetParam());
  const std::int64_t width_ = model_.name == "resnet18" ? 512 : 2048;
};
INSTANTIATE_TEST_SUITE_P(ResNet, ResNetByName, testing::Values("resnet18", "resnet50"));

TEST_P(ResNetByName, IsTorchvisions) {
  const nlohmann::json fixture = test::parity_fixture("resnet.json", model_.name);
  const NetworkPointer network = made_network(model_, 64);
  test::expect_published_tensors(*network, fixture);
  test::expect_parity(*network, fixture);
}

TEST_P(ResNetByName, GivesTheTasksOfItsVocabulary) {
  test::expect_tasks_of_vocabulary(model_, 64, width_);
}

TEST_P(ResNetByName, ReadsPicturesOfAnySize) {
  const NetworkPointer network = made_network(model_, 33);
  network->eval();
  const at::NoGradGuard no_gradients;
  EXPECT_EQ(network->forward(at::rand({2, 3, 33, 33})).features.sizes(),
            at::IntArrayRef({2, width_}));
}

TEST_P(ResNetByName, TheTrunkIsAllButTheLastLayer) {
  const NetworkPointer network = made_network(model_, 64);
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
