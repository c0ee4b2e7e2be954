#include "mien/nn/models/dan.h"

#include <ATen/Context.h>
#include <ATen/ops/rand.h>
#include <ATen/ops/randn.h>
#include <gtest/gtest.h>

#include "mien/error.h"

#include "finite_difference.h"
#include "formula.h"
#include "made_network.h"

namespace mien {
namespace {

using test::made_network;

ModelOptions tiny() {
  ModelOptions model = test::model_named("dan");
  model.dan_width = 4;
  model.dan_heads = 2;
  return model;
}

TEST(DanNetwork, GivesExpressionsAlone) {
  const NetworkPointer network = made_network(tiny(), 64);
  EXPECT_EQ(network->vocabulary().expressions, abaw_mtl_vocabulary().expressions);
  EXPECT_TRUE(network->vocabulary().action_units.empty());
  EXPECT_FALSE(network->vocabulary().valence_arousal);
  EXPECT_THROW(made_network(tiny(), 64, {{}, {"AU01"}, true}), UsageError);
}

TEST(DanNetwork, ShapesFollowWidthAndStem) {
  const at::Tensor pictures = at::rand({2, 3, 64, 64});
  const Outputs large = made_network(tiny(), 64)->forward(pictures);
  EXPECT_EQ(large.spatial_features.sizes(), at::IntArrayRef({2, 32, 2, 2}));
  EXPECT_EQ(large.attention_heads.sizes(), at::IntArrayRef({2, 2, 32}));
  EXPECT_EQ(large.expression.sizes(), at::IntArrayRef({2, 8}));
  ModelOptions model = tiny();
  model.dan_stem = "small";
  const NetworkPointer small = made_network(model, 64);
  EXPECT_EQ(small->forward(pictures).spatial_features.sizes(), at::IntArrayRef({2, 32, 4, 4}));
  EXPECT_EQ(small->named_parameters()["features.0.weight"].sizes(), at::IntArrayRef({4, 3, 3, 3}));
}

TEST(DanNetwork, ParametersHaveThePublishedNames) {
  const auto network = made_network(tiny(), 64);
  const auto parameters = network->named_parameters();
  for (const char* name : {"features.0.weight",
                           "features.1.bias",
                           "features.4.0.conv1.weight",
                           "features.4.1.bn2.weight",
                           "features.5.0.downsample.0.weight",
                           "features.5.0.downsample.1.bias",
                           "features.7.1.conv2.weight",
                           "cat_head0.sa.conv1x1.0.bias",
                           "cat_head1.sa.conv_3x3.1.weight",
                           "cat_head1.sa.conv_1x3.0.weight",
                           "cat_head1.sa.conv_3x1.0.weight",
                           "cat_head0.ca.attention.0.weight",
                           "cat_head0.ca.attention.1.weight",
                           "cat_head0.ca.attention.3.bias",
                           "fc.weight",
                           "bn.weight"}) {
    EXPECT_TRUE(parameters.contains(name)) << name;
  }
  EXPECT_FALSE(parameters.contains("features.0.bias"));
  EXPECT_FALSE(parameters.contains("features.4.0.downsample.0.weight"));
  EXPECT_TRUE(network->named_buffers().contains("cat_head0.ca.attention.1.running_var"));
}

TEST(DanNetwork, OneHeadHasNoSoftmax) {
  ModelOptions model = tiny();
  model.dan_heads = 1;
  const NetworkPointer network = made_network(model, 64);
  const Outputs outputs = network->forward(at::rand({3, 3, 64, 64}));
  EXPECT_TRUE(outputs.attention_heads.select(1, 0).equal(outputs.features));
  EXPECT_GT(outputs.features.abs().max().item<double>(), 0);
}

TEST(DanNetwork, StatisticsMoveInTrainingAlone) {
  const NetworkPointer network = made_network(tiny(), 64);
  const at::Tensor pictures = at::rand({4, 3, 64, 64});
  const auto mean = [&] { return network->named_buffers()["features.1.running_mean"].clone(); };
  const at::Tensor start = mean();
  network->eval();
  network->forward(pictures);
  EXPECT_TRUE(mean().equal(start));
  network->train();
  network->forward(pictures);
  EXPECT_FALSE(mean().equal(start));
  EXPECT_EQ(network->named_buffers()["bn.num_batches_tracked"].item<std::int64_t>(), 1);
}

TEST(DanNetwork, Gradients) {
  ModelOptions model = tiny();
  model.dan_stem = "small";
  const NetworkPointer network = made_network(model, 64);
  test::fill_by_formula(*network);
  network->to(at::kDouble);
  at::manual_seed(1);
  const at::Tensor pictures = at::randn({4, 3, 32, 32}, at::kDouble);
  // Running statistics move with each call, and in training mode nothing reads them.
  const at::Tensor weights = at::rand({4, 8}, at::kDouble);
  test::expect_true_gradients(
      *network, [&] { return (network->forward(pictures).expression * weights).sum(); }, 1);
}

}  // namespace
}  // namespace mien
