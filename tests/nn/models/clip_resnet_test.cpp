#include "mien/nn/models/clip_resnet.h"

#include <ATen/Context.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/rand.h>
#include <ATen/ops/randn.h>
#include <gtest/gtest.h>

#include "mien/error.h"
#include "mien/nn/layers/position.h"
#include "mien/nn/weights.h"

#include "finite_difference.h"
#include "made_network.h"
#include "parity.h"

namespace mien {
namespace {

using test::made_network;
using test::near;

ModelOptions tiny() {
  ModelOptions model = test::model_named("clip-rn50");
  model.clip_width = 4;
  model.clip_embedding = 12;
  return model;
}

TEST(ClipResNet, IsThePublishedEncoder) {
  const nlohmann::json fixture = test::parity_fixture("clip.json", "clip-rn50");
  const NetworkPointer network = made_network(test::model_named("clip-rn50"), 64);
  test::expect_published_tensors(*network, fixture);
  test::expect_parity(*network, fixture);
}

TEST(ClipResNet, ParametersHaveThePublishedNames) {
  const NetworkPointer network = made_network(tiny(), 64);
  const auto parameters = network->named_parameters();
  for (const char* name : {"conv1.weight",
                           "bn1.weight",
                           "conv3.weight",
                           "bn3.bias",
                           "layer1.0.conv1.weight",
                           "layer1.0.downsample.0.weight",
                           "layer1.0.downsample.1.bias",
                           "layer2.3.bn3.weight",
                           "layer3.5.conv3.weight",
                           "layer4.2.conv2.weight",
                           "attnpool.positional_embedding",
                           "attnpool.q_proj.weight",
                           "attnpool.k_proj.bias",
                           "attnpool.v_proj.weight",
                           "attnpool.c_proj.bias",
                           "head.weight"}) {
    EXPECT_TRUE(parameters.contains(name)) << name;
  }
  EXPECT_FALSE(parameters.contains("conv1.bias"));
  EXPECT_FALSE(parameters.contains("layer1.1.downsample.0.weight"));
  EXPECT_TRUE(network->named_buffers().contains("layer4.0.downsample.1.running_var"));
  EXPECT_EQ(parameters["attnpool.c_proj.weight"].sizes(), at::IntArrayRef({12, 128}));
}

TEST(ClipResNet, GivesTheTasksOfItsVocabulary) {
  test::expect_tasks_of_vocabulary(tiny(), 64, 12);
  const NetworkPointer network = made_network(tiny(), 64);
  EXPECT_THROW(network->patch_mean(at::rand({1, 3, 64, 64})), UsageError);
}

TEST(ClipResNet, ReadsPicturesOfAnySizeFromThirtyOnePixelsOn) {
  const at::NoGradGuard no_gradients;
  for (const std::int64_t size : {31, 48, 63, 65, 100}) {
    SCOPED_TRACE(size);
    const NetworkPointer network = made_network(tiny(), size);
    network->eval();
    EXPECT_EQ(network->forward(at::rand({2, 3, size, size})).features.sizes(),
              at::IntArrayRef({2, 12}));
  }
  EXPECT_THROW(made_network(tiny(), 30), OptionError);
  ModelOptions odd = tiny();
  odd.clip_width = 5;
  EXPECT_THROW(made_network(odd, 64), OptionError);
}

TEST(ClipResNet, PositionsOfAnotherGridAreInterpolated) {
  const NetworkPointer small = made_network(tiny(), 64);
  const NetworkPointer large = made_network(tiny(), 96);
  load_state(*large, state_of(*small), "file");
  const std::string name = "attnpool.positional_embedding";
  const at::Tensor from = state_of(*small).tensors.at(name);
  const at::Tensor to = state_of(*large).tensors.at(name);
  ASSERT_EQ(to.sizes(), at::IntArrayRef({10, 128}));
  EXPECT_TRUE(near(to, interpolate_positions(from.unsqueeze(0), 3)[0], 1e-6));
}

TEST(ClipResNet, TheTrunkIsAllButTheHead) {
  const NetworkPointer network = made_network(tiny(), 64);
  const Backbone backbone = network->backbone();
  EXPECT_EQ(backbone.module, network.get());
  EXPECT_EQ(backbone.prefixes, std::vector<std::string>{"visual."});
  EXPECT_EQ(backbone.parts.size(), 11U);  // six of the stem, four stages, the pooling
  for (const auto& item : network->named_parameters()) {
    EXPECT_EQ(network->layer_of(item.key()), item.key().starts_with("head.") ? 1 : 0) << item.key();
  }
  const at::Tensor table = network->named_parameters()["attnpool.positional_embedding"];
  EXPECT_TRUE(network->without_weight_decay("attnpool.positional_embedding", table));
}

TEST(ClipResNet, AFreshBlockChangesNothing) {
  const at::NoGradGuard no_gradients;
  ClipBottleneck block(16, 4, 1);
  const at::Tensor x = at::rand({2, 16, 6, 6});
  EXPECT_TRUE(near(block.forward(x), x, 1e-6));
}

/// The sum of the squares of what the module makes of one map.
template <typename Kind>
void expect_gradients_of(Kind& module, std::int64_t side) {
  test::fill_by_formula(module);
  module.to(at::kDouble);
  at::manual_seed(1);
  const at::Tensor x = at::randn({3, 8, side, side}, at::kDouble);
  test::expect_true_gradients(module, [&] { return module.forward(x).square().sum(); });
}

// Of the whole network the parity test has them; its many ReLUs are too steep for differences.
TEST(ClipResNet, GradientsOfItsParts) {
  ClipBottleneck block(8, 2, 2);
  expect_gradients_of(block, 6);
  AttentionPool pool(8, 2, 5, 3);
  expect_gradients_of(pool, 3);
}

}  // namespace
}  // namespace mien
