#include "mien/nn/models/emma.h"

#include <cstddef>
#include <cstdint>
#include <vector>

#include <ATen/core/grad_mode.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/rand.h>
#include <ATen/ops/relu.h>
#include <ATen/ops/stack.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mien/error.h"
#include "mien/nn/weights.h"

#include "formula.h"
#include "made_network.h"
#include "tensor_checks.h"
#include "thrown.h"

namespace mien {
namespace {

using test::near;

constexpr std::int64_t kSide = 64;

ModelOptions tiny() {
  ModelOptions model;
  model.vit = "16x2x2/16";
  model.head_hidden = 12;
  model.va_hidden = 6;
  model.dan_width = 4;
  model.dan_heads = 2;
  return model;
}

NetworkPointer make(const ModelOptions& model,
                    const Vocabulary& vocabulary = abaw_mtl_vocabulary()) {
  const NetworkPointer network = test::made_network(model, kSide, vocabulary);
  test::fill_by_formula(*network);  // no score is near zero then
  return network;
}

bool has_gradient(const Network& network, const std::string& parameter) {
  const at::Tensor gradient = network.named_parameters()[parameter].grad();
  return gradient.defined() && gradient.abs().max().item<double>() > 0;
}

class EmmaTest : public testing::Test {
 protected:
  at::Tensor pictures_ = at::rand({3, 3, kSide, kSide});
};

TEST_F(EmmaTest, TheLossOnValenceAndArousalStopsAtTheScores) {
  const NetworkPointer network = make(tiny());
  network->forward(pictures_).valence_arousal.sum().backward();
  EXPECT_TRUE(has_gradient(*network, "va_head.0.weight"));
  EXPECT_TRUE(has_gradient(*network, "va_head.2.bias"));
  for (const auto& item : network->named_parameters()) {
    if (item.key().rfind("va_head.", 0) == 0) continue;
    EXPECT_FALSE(item.value().grad().defined()) << item.key();
  }
}

TEST_F(EmmaTest, TheLossOnValenceAndArousalFlowsWhereItIsToldTo) {
  ModelOptions model = tiny();
  model.va_gradient = "flow";
  const NetworkPointer network = make(model);
  network->forward(pictures_).valence_arousal.sum().backward();
  EXPECT_TRUE(has_gradient(*network, "va_head.0.weight"));
  EXPECT_TRUE(has_gradient(*network, "vit.head.2.weight"));
  EXPECT_TRUE(has_gradient(*network, "vit.blocks.0.attn.qkv.weight"));
}

TEST_F(EmmaTest, TheOtherLossesTeachTheTransformerAlone) {
  const NetworkPointer network = make(tiny());
  const Outputs outputs = network->forward(pictures_);
  (outputs.expression.square().sum() + outputs.action_units.square().sum()).backward();
  for (const auto& item : network->named_parameters()) {
    EXPECT_EQ(item.value().grad().defined(), item.key().rfind("vit.", 0) == 0) << item.key();
  }
}

TEST_F(EmmaTest, TheDanIsFrozenStatisticsAndAll) {
  ModelOptions model = tiny();
  model.expression = "p1+p2";
  const NetworkPointer network = make(model);
  const auto dan_state = [&] {
    std::map<std::string, at::Tensor> copy;
    for (const auto& [name, tensor] : state_of(*network).tensors) {
      if (name.rfind("cnn.", 0) == 0) copy[name] = tensor.clone();
    }
    return copy;
  };
  const auto before = dan_state();
  ASSERT_GT(before.size(), 100u);
  network->train();
  const Outputs outputs = network->forward(pictures_);
  (outputs.expression.sum() + outputs.valence_arousal.sum()).backward();
  for (const auto& [name, tensor] : dan_state()) {
    EXPECT_TRUE(tensor.equal(before.at(name))) << name;
  }
  for (const auto& item : network->named_parameters()) {
    if (item.key().rfind("cnn.", 0) != 0) continue;
    EXPECT_FALSE(item.value().requires_grad()) << item.key();
    EXPECT_FALSE(item.value().grad().defined()) << item.key();
  }
  // What it says does not depend on the mode either.
  const at::NoGradGuard no_gradients;
  const auto cnn = std::dynamic_pointer_cast<Dan>(network->named_children()["cnn"]);
  ASSERT_NE(cnn, nullptr);
  EXPECT_FALSE(cnn->is_training());
  EXPECT_FALSE(cnn->stem_norm->is_training());
}

TEST_F(EmmaTest, RolesAndLayers) {
  const NetworkPointer network = make(tiny());
  EXPECT_EQ(network->layers(), 4);
  EXPECT_EQ(network->layer_of("vit.cls_token"), 0);
  EXPECT_EQ(network->layer_of("vit.patch_embed.proj.weight"), 0);
  EXPECT_EQ(network->layer_of("vit.blocks.0.norm1.weight"), 1);
  EXPECT_EQ(network->layer_of("vit.blocks.1.mlp.fc2.bias"), 2);
  EXPECT_EQ(network->layer_of("vit.norm.weight"), 3);
  EXPECT_EQ(network->layer_of("vit.head.0.weight"), 3);
  EXPECT_EQ(network->layer_of("va_head.0.weight"), 3);
  EXPECT_EQ(network->role_of("vit.head.0.weight"), ParameterRole::kMain);
  EXPECT_EQ(network->role_of("va_head.2.bias"), ParameterRole::kVaHead);
  EXPECT_EQ(network->role_of("cnn.fc.weight"), ParameterRole::kFrozen);
}

class EmmaWithDanPatches : public EmmaTest {
 protected:
  EmmaWithDanPatches() {
    model_.dan_patches = true;
    model_.va_head = false;  // the DAN is there all the same
  }
  ModelOptions model_ = tiny();
};

TEST_F(EmmaWithDanPatches, TheTransformerLearnsToReadTheMap) {
  const NetworkPointer network = test::made_network(model_, kSide);
  const at::Tensor weight = network->named_parameters()["vit.dan_embed.weight"];
  EXPECT_EQ(weight.sizes(), at::IntArrayRef({16, 16}));
  EXPECT_FALSE(weight.any().item<bool>()) << "a pretrained transformer begins as it is";
  EXPECT_EQ(network->layer_of("vit.dan_embed.weight"), 3);
  EXPECT_EQ(network->role_of("vit.dan_embed.weight"), ParameterRole::kMain);
  test::fill_by_formula(*network);
  network->forward(pictures_).action_units.sum().backward();
  EXPECT_TRUE(has_gradient(*network, "vit.dan_embed.weight"));
  EXPECT_TRUE(has_gradient(*network, "vit.dan_embed.bias"));
  for (const auto& item : network->named_parameters()) {
    if (item.key().rfind("cnn.", 0) != 0) continue;
    EXPECT_FALSE(item.value().grad().defined()) << item.key();
  }
}

TEST_F(EmmaWithDanPatches, EachPatchCarriesWhatTheDanSeesAtItsPlace) {
  const at::NoGradGuard no_gradients;
  const NetworkPointer network = make(model_);
  network->eval();
  const auto vit = std::dynamic_pointer_cast<VitWithHead>(network->named_children()["vit"]);
  const auto cnn = std::dynamic_pointer_cast<Dan>(network->named_children()["cnn"]);
  const auto embed = std::dynamic_pointer_cast<Linear>(vit->named_children()["dan_embed"]);
  ASSERT_TRUE(vit && cnn && embed);
  at::Tensor map = pool_stem(at::relu(cnn->stem_norm->forward(cnn->stem->forward(pictures_))));
  for (std::size_t i = 0; i < 3 * kDanBlocksAStage; ++i) map = cnn->blocks[i]->forward(map);
  ASSERT_EQ(map.sizes(), at::IntArrayRef({3, 16, 4, 4}));
  std::vector<at::Tensor> places;  // row by row, as patches are cut
  places.reserve(16);
  for (std::int64_t row = 0; row < 4; ++row) {
    for (std::int64_t column = 0; column < 4; ++column) {
      places.push_back(embed->forward(map.select(2, row).select(2, column)));
    }
  }
  const VitTrunk::Seen seen = {pictures_, {}, at::stack(places, 1)};
  const at::Tensor features = network->forward(pictures_).features;
  EXPECT_TRUE(near(features, vit->read(seen).features, 1e-4));
  EXPECT_TRUE(near(network->patch_mean(pictures_), vit->patch_mean(seen), 1e-4));
  EXPECT_FALSE(near(features, vit->read({pictures_}).features, 1e-2));
}

TEST_F(EmmaWithDanPatches, TheMapNeedsAPlaceForEachPatch) {
  ModelOptions model = model_;
  model.vit = "16x2x2/8";
  EXPECT_THAT(test::thrown([&] { make(model); }),
              testing::HasSubstr("third stage has 4 x 4 places for pictures of 64 pixels, and the "
                                 "transformer 8 x 8 patches"));
  model.dan_stem = "small";
  make(model);
}

TEST_F(EmmaTest, SumOfExpressionsGoesByName) {
  const at::NoGradGuard no_gradients;
  ModelOptions model = tiny();
  const NetworkPointer alone = make(model);
  model.expression = "p1+p2";
  const NetworkPointer sum = make(model);
  alone->eval();
  sum->eval();
  const auto cnn = std::dynamic_pointer_cast<Dan>(sum->named_children()["cnn"]);
  const at::Tensor dan = cnn->forward(pictures_).logits;
  // ABAW: neutral anger disgust fear happiness sadness surprise other; AffectNet: neutral happiness
  // sadness surprise fear disgust anger contempt.
  const std::int64_t order[] = {0, 6, 5, 4, 1, 2, 3, 7};
  std::vector<at::Tensor> columns;
  for (const std::int64_t column : order) columns.push_back(dan.slice(1, column, column + 1));
  const Outputs one = alone->forward(pictures_);
  const Outputs two = sum->forward(pictures_);
  EXPECT_TRUE(near(two.expression, one.expression + at::cat(columns, 1), 1e-5));
  EXPECT_TRUE(near(two.valence_arousal, one.valence_arousal, 1e-6))
      << "the head's input has changed";
}

TEST_F(EmmaTest, SumOfExpressionsNeedsEveryClass) {
  ModelOptions model = tiny();
  model.expression = "p1+p2";
  model.dan_expressions = {"neutral", "anger"};
  EXPECT_THROW(make(model), OptionError);
}

TEST_F(EmmaTest, WithoutItsHeadItIsAPlainTransformer) {
  ModelOptions model = tiny();
  model.va_head = false;
  const NetworkPointer network = make(model);
  EXPECT_EQ(network->named_children().keys(), std::vector<std::string>{"vit"});
  EXPECT_EQ(network->named_parameters()["vit.head.2.weight"].size(0), 22);
  const Outputs outputs = network->forward(pictures_);
  test::expect_tasks(outputs, abaw_mtl_vocabulary(), 3);
  outputs.valence_arousal.sum().backward();
  EXPECT_TRUE(has_gradient(*network, "vit.blocks.0.attn.qkv.weight"));
}

TEST_F(EmmaTest, HeadsFollowTheVocabulary) {
  const NetworkPointer network = make(tiny(), {{"anger", "other"}, {"AU01"}, true});
  EXPECT_EQ(network->named_parameters()["vit.head.2.weight"].size(0), 3);
  EXPECT_EQ(network->named_parameters()["va_head.0.weight"].size(1), 11);
  const NetworkPointer without = make(tiny(), {{"anger", "other"}, {}, false});
  EXPECT_FALSE(without->named_parameters().contains("va_head.0.weight"));
  EXPECT_FALSE(without->forward(pictures_).valence_arousal.defined());
  EXPECT_THROW(make(tiny(), {{}, {}, true}), UsageError);
}

TEST_F(EmmaTest, TheDansClassesAreKept) {
  EXPECT_EQ(make(tiny())->options().dan_expressions, affectnet_expressions());
}

}  // namespace
}  // namespace mien
