#include "mien/nn/models/vit.h"

#include <ATen/Context.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/rand.h>
#include <ATen/ops/randn.h>
#include <ATen/ops/tensor.h>
#include <gtest/gtest.h>

#include "mien/error.h"
#include "mien/nn/layers/position.h"

#include "finite_difference.h"
#include "made_network.h"
#include "tensor_checks.h"

namespace mien {
namespace {

using test::near;

ModelOptions tiny() {
  ModelOptions model = test::model_named("vit");
  model.vit = "16x2x2/8";
  model.head_hidden = 12;
  return model;
}

Vocabulary few() {
  return {{"neutral", "anger", "other"}, {"AU01", "AU12"}, true};
}

NetworkPointer make(const ModelOptions& model) {
  return test::made_network(model, 32, few());
}

TEST(Vit, ParametersHaveThePublishedNames) {
  ModelOptions model = tiny();
  model.vit = "16x1x2/8";
  const std::vector<std::string> expected = {"cls_token",
                                             "pos_embed",
                                             "patch_embed.proj.weight",
                                             "patch_embed.proj.bias",
                                             "blocks.0.norm1.weight",
                                             "blocks.0.norm1.bias",
                                             "blocks.0.attn.qkv.weight",
                                             "blocks.0.attn.qkv.bias",
                                             "blocks.0.attn.proj.weight",
                                             "blocks.0.attn.proj.bias",
                                             "blocks.0.norm2.weight",
                                             "blocks.0.norm2.bias",
                                             "blocks.0.mlp.fc1.weight",
                                             "blocks.0.mlp.fc1.bias",
                                             "blocks.0.mlp.fc2.weight",
                                             "blocks.0.mlp.fc2.bias",
                                             "norm.weight",
                                             "norm.bias",
                                             "head.0.weight",
                                             "head.0.bias",
                                             "head.2.weight",
                                             "head.2.bias"};
  EXPECT_EQ(make(model)->named_parameters().keys(), expected);
  model.head_hidden = 0;
  model.pool = "mean";
  const auto keys = make(model)->named_parameters();
  EXPECT_TRUE(keys.contains("head.weight"));
  EXPECT_TRUE(keys.contains("fc_norm.weight"));
  EXPECT_FALSE(keys.contains("norm.weight"));
}

TEST(Vit, PatchMeanIsTheMeanOfNormedPatches) {
  const at::NoGradGuard no_gradients;
  const at::Tensor pictures = at::rand({2, 3, 32, 32});
  const NetworkPointer network = make(tiny());
  const at::Tensor mean = network->patch_mean(pictures);
  EXPECT_EQ(mean.sizes(), at::IntArrayRef({2, 16}));
  // A fresh norm leaves every patch with mean 0, and so their mean.
  EXPECT_LT(mean.mean(1).abs().max().item<float>(), 1e-5F);
  EXPECT_FALSE(near(mean, network->forward(pictures).features, 1e-3));
  ModelOptions averaged = tiny();
  averaged.pool = "mean";
  const NetworkPointer other = make(averaged);
  other->eval();  // no drop path
  EXPECT_TRUE(near(other->patch_mean(pictures), other->forward(pictures).features, 1e-6));
}

TEST(Vit, NetworksWithoutPatchesSaySo) {
  ModelOptions model = test::model_named("dan");
  model.dan_width = 8;
  const NetworkPointer network = make(model);
  EXPECT_THROW(network->patch_mean(at::rand({1, 3, 32, 32})), UsageError);
}

TEST(Vit, GivesTheTasksOfItsVocabulary) {
  test::expect_tasks_of_vocabulary(tiny(), 32, 16);
}

TEST(Vit, TasksStandInThePublishedOrder) {
  Vocabulary vocabulary = few();
  const at::Tensor scores = at::tensor({0, 1, 2, 3, 4, 5, 6}, at::kFloat).unsqueeze(0);
  const Outputs outputs = split_outputs(scores, vocabulary, true);
  EXPECT_TRUE(outputs.valence_arousal.equal(scores.slice(1, 0, 2)));
  EXPECT_TRUE(outputs.expression.equal(scores.slice(1, 2, 5)));
  EXPECT_TRUE(outputs.action_units.equal(scores.slice(1, 5, 7)));
  EXPECT_EQ(output_count(vocabulary, true), 7);
  EXPECT_EQ(output_count(vocabulary, false), 5);
}

TEST(Vit, MaskAndDropPathAreForTrainingAlone) {
  ModelOptions model = tiny();
  model.mask = 0.5;
  model.drop_path = 0.5;
  const NetworkPointer network = make(model);
  const at::Tensor pictures = at::rand({4, 3, 32, 32});
  network->eval();
  const at::Tensor once = network->forward(pictures).features;
  EXPECT_TRUE(network->forward(pictures).features.equal(once));
  network->train();
  EXPECT_FALSE(network->forward(pictures).features.equal(network->forward(pictures).features));
}

TEST(Vit, TheMaskAloneChangesTraining) {
  ModelOptions model = tiny();
  model.drop_path = 0;
  const at::Tensor pictures = at::rand({4, 3, 32, 32});
  const NetworkPointer whole = make(model);
  EXPECT_TRUE(whole->forward(pictures).features.equal(whole->forward(pictures).features));
  model.mask = 0.5;
  const NetworkPointer masked = make(model);
  EXPECT_FALSE(masked->forward(pictures).features.equal(masked->forward(pictures).features));
}

TEST(Vit, TheDrawIsTheDefaultGenerators) {
  ModelOptions model = tiny();
  model.mask = 0.5;
  model.drop_path = 0.5;
  const NetworkPointer network = make(model);
  const at::Tensor pictures = at::rand({4, 3, 32, 32});
  at::manual_seed(5);
  const at::Tensor once = network->forward(pictures).expression;
  at::manual_seed(5);
  EXPECT_TRUE(network->forward(pictures).expression.equal(once));
}

class TrunkTest : public testing::Test {
 protected:
  static VitOptions options(const std::string& pool) {
    VitOptions options;
    options.size = {16, 2, 2, 8};
    options.picture = 32;
    options.pool = pool;
    return options;
  }
  at::NoGradGuard no_gradients_;
  at::Tensor pictures_ = at::randn({2, 3, 32, 32});
};

TEST_F(TrunkTest, TheClassTokenAloneIsTheSameAsAllTokens) {
  VitTrunk trunk(options("cls"));
  const auto norm = std::dynamic_pointer_cast<LayerNorm>(trunk.named_children()["norm"]);
  ASSERT_NE(norm, nullptr);
  const at::Tensor whole = norm->forward(trunk.tokens({pictures_})).select(1, 0);
  EXPECT_TRUE(near(trunk.forward({pictures_}), whole, 1e-5));
}

TEST_F(TrunkTest, TheMeanIsOverPatchesWithTheirOwnNorm) {
  VitTrunk trunk(options("mean"));
  const auto norm = std::dynamic_pointer_cast<LayerNorm>(trunk.named_children()["fc_norm"]);
  ASSERT_NE(norm, nullptr);
  const at::Tensor whole = norm->forward(trunk.tokens({pictures_}).slice(1, 1).mean(1));
  EXPECT_TRUE(near(trunk.forward({pictures_}), whole, 1e-5));
}

TEST_F(TrunkTest, KeepingEveryPatchInAnyOrderChangesNothing) {
  VitTrunk trunk(options("cls"));
  const at::Tensor order = at::rand({2, 16}).argsort(true, 1, false);
  EXPECT_TRUE(near(trunk.forward({pictures_, order}), trunk.forward({pictures_}), 1e-4));
}

TEST_F(TrunkTest, WhatIsAddedToAPatchCountsWhereItIsKept) {
  const at::Tensor added = at::randn({2, 16, 16});
  for (const char* pool : {"cls", "mean"}) {
    VitTrunk trunk(options(pool));
    EXPECT_EQ(trunk.tokens({pictures_, {}, added}).sizes(), at::IntArrayRef({2, 17, 16}));
    const at::Tensor whole = trunk.forward({pictures_, {}, added});
    EXPECT_FALSE(near(whole, trunk.forward({pictures_}), 1e-3)) << pool;
    EXPECT_EQ(trunk.patch_mean({pictures_, {}, added}).sizes(), at::IntArrayRef({2, 16}));
    const at::Tensor order = at::rand({2, 16}).argsort(true, 1, false);
    EXPECT_TRUE(near(trunk.forward({pictures_, order, added}), whole, 1e-4)) << pool;
    const at::Tensor kept = at::tensor({0, 1, 4, 5, 0, 1, 4, 5}, at::kLong).reshape({2, 4});
    const at::Tensor before = trunk.forward({pictures_, kept, added});
    at::Tensor other = added.clone();
    other.slice(1, 6).normal_();
    EXPECT_TRUE(trunk.forward({pictures_, kept, other}).equal(before)) << pool;
    other.slice(1, 5).normal_();
    EXPECT_FALSE(near(trunk.forward({pictures_, kept, other}), before, 1e-4)) << pool;
  }
}

TEST_F(TrunkTest, DroppedPatchesAreNotSeen) {
  VitTrunk trunk(options("cls"));
  const at::Tensor kept = at::tensor({0, 1, 4, 5, 0, 1, 4, 5}, at::kLong).reshape({2, 4});
  EXPECT_EQ(trunk.tokens({pictures_, kept}).sizes(), at::IntArrayRef({2, 5, 16}));
  const at::Tensor before = trunk.forward({pictures_, kept});
  at::Tensor other = pictures_.clone();
  other.slice(2, 16).normal_();  // the lower half, and of the upper one the right
  other.slice(3, 16).normal_();
  EXPECT_TRUE(trunk.forward({other, kept}).equal(before));
  EXPECT_FALSE(trunk.forward({other}).equal(trunk.forward({pictures_})));
}

TEST(Vit, FixedPositionsAreFrozen) {
  ModelOptions model = tiny();
  model.position = "sincos";
  const NetworkPointer network = make(model);
  const at::Tensor table = network->named_parameters()["pos_embed"];
  EXPECT_TRUE(near(table, sincos_positions(16, 4), 1e-6));
  EXPECT_FALSE(table.requires_grad());
  EXPECT_EQ(network->role_of("pos_embed"), ParameterRole::kFrozen);
  EXPECT_EQ(network->role_of("cls_token"), ParameterRole::kMain);
  EXPECT_EQ(make(tiny())->role_of("pos_embed"), ParameterRole::kMain);
}

TEST(Vit, Gradients) {
  for (const char* pool : {"cls", "mean"}) {
    ModelOptions model = tiny();
    model.pool = pool;
    model.drop_path = 0.3;
    model.mask = 0.5;
    const NetworkPointer network = make(model);
    network->to(at::kDouble);
    const at::Tensor pictures = at::randn({3, 3, 32, 32}, at::kDouble);
    const at::Tensor weights = at::rand({3, 3}, at::kDouble);
    test::expect_true_gradients(
        *network,
        [&] {
          at::manual_seed(11);  // the same mask and the same paths each time
          const Outputs outputs = network->forward(pictures);
          return (outputs.expression * weights).sum() + outputs.action_units.square().sum() +
                 outputs.valence_arousal.sum();
        },
        2);
  }
}

TEST(Vit, RefusesPatchesThatDoNotFit) {
  ModelOptions model = tiny();
  model.vit = "16x1x2/7";
  EXPECT_THROW(make(model), OptionError);
  model.vit = "18x1x3/8";
  model.position = "sincos";
  EXPECT_THROW(make(model), OptionError);
}

}  // namespace
}  // namespace mien
