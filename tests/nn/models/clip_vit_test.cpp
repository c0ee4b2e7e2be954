#include "mien/nn/models/clip_vit.h"

#include <ATen/Context.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/rand.h>
#include <ATen/ops/randn.h>
#include <ATen/ops/tensor.h>
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
  ModelOptions model = test::model_named("clip-vit");
  model.vit = "16x2x2/8";
  model.clip_embedding = 12;
  model.drop_path = 0;
  return model;
}

TEST(ClipVit, IsThePublishedEncoder) {
  for (const char* name : {"clip-vit-b32", "clip-vit-b16"}) {
    SCOPED_TRACE(name);
    const nlohmann::json fixture = test::parity_fixture("clip.json", name);
    ModelOptions model = test::model_named(name);
    model.vit = "T/8";  // the name has its size
    const NetworkPointer network = made_network(model, 64);
    test::expect_published_tensors(*network, fixture);
    test::expect_parity(*network, fixture);
  }
}

TEST(ClipVit, HasTheExactGeluWhereItIsAskedFor) {
  const nlohmann::json fixture = test::parity_fixture("clip.json", "clip-vit 32x3x2/16 exact");
  ModelOptions model = tiny();
  model.vit = "32x3x2/16";
  model.clip_embedding = 24;
  model.clip_gelu = "exact";
  const NetworkPointer network = made_network(model, 64);
  test::expect_published_tensors(*network, fixture);
  test::expect_parity(*network, fixture);
}

TEST(ClipVit, ParametersHaveThePublishedNames) {
  ModelOptions model = tiny();
  model.vit = "16x1x2/8";
  const std::string block = "transformer.resblocks.0.";
  const std::vector<std::string> expected = {"class_embedding",
                                             "positional_embedding",
                                             "proj",
                                             "conv1.weight",
                                             "ln_pre.weight",
                                             "ln_pre.bias",
                                             block + "ln_1.weight",
                                             block + "ln_1.bias",
                                             block + "attn.in_proj_weight",
                                             block + "attn.in_proj_bias",
                                             block + "attn.out_proj.weight",
                                             block + "attn.out_proj.bias",
                                             block + "ln_2.weight",
                                             block + "ln_2.bias",
                                             block + "mlp.c_fc.weight",
                                             block + "mlp.c_fc.bias",
                                             block + "mlp.c_proj.weight",
                                             block + "mlp.c_proj.bias",
                                             "ln_post.weight",
                                             "ln_post.bias",
                                             "head.weight",
                                             "head.bias"};
  EXPECT_EQ(made_network(model, 32)->named_parameters().keys(), expected);
}

TEST(ClipVit, TheNameOrTheOptionSaysTheSize) {
  ModelOptions model = tiny();
  EXPECT_EQ(made_network(model, 32)->options().vit, "16x2x2/8");
  model.name = "clip-vit-b32";
  EXPECT_EQ(with_named_size(model).vit, "B/32");
  model.name = "clip-vit-b16";
  EXPECT_EQ(with_named_size(model).vit, "B/16");
  const auto embedding = [](const std::string& vit) {
    ModelOptions sized;
    sized.vit = vit;
    return clip_vit_options(sized, InputOptions()).embedding;
  };
  EXPECT_EQ(embedding("B/32"), 512);
  EXPECT_EQ(embedding("L/14"), 768);
  EXPECT_EQ(embedding("H/14"), 1024);
  EXPECT_EQ(embedding("64x2x2/16"), 512);
}

TEST(ClipVit, GivesTheTasksOfItsVocabulary) {
  test::expect_tasks_of_vocabulary(tiny(), 32, 12);
}

TEST(ClipVit, MaskAndDropPathAreForTrainingAlone) {
  const at::NoGradGuard no_gradients;
  const at::Tensor pictures = at::rand({4, 3, 32, 32});
  const auto changes = [&](const ModelOptions& model, bool training) {
    const NetworkPointer network = made_network(model, 32);
    network->train(training);
    at::manual_seed(3);
    const at::Tensor once = network->forward(pictures).features;
    return !network->forward(pictures).features.equal(once);
  };
  ModelOptions masked = tiny();
  masked.mask = 0.5;
  ModelOptions dropped = tiny();
  dropped.drop_path = 0.5;
  EXPECT_FALSE(changes(tiny(), true));
  for (const ModelOptions& model : {masked, dropped}) {
    EXPECT_TRUE(changes(model, true));
    EXPECT_FALSE(changes(model, false));
  }
}

class ClipTrunkTest : public testing::Test {
 protected:
  static ClipVitOptions options() {
    ClipVitOptions options;
    options.size = {16, 2, 2, 8};
    options.picture = 32;
    options.embedding = 12;
    return options;
  }
  at::NoGradGuard no_gradients_;
  ClipVitTrunk trunk_{options()};
  at::Tensor pictures_ = at::randn({2, 3, 32, 32});
};

TEST_F(ClipTrunkTest, KeepingEveryPatchInAnyOrderChangesNothing) {
  const at::Tensor order = at::rand({2, 16}).argsort(true, 1, false);
  EXPECT_TRUE(near(trunk_.read(pictures_, order), trunk_.forward(pictures_), 1e-4));
}

TEST_F(ClipTrunkTest, DroppedPatchesAreNotSeen) {
  const at::Tensor kept = at::tensor({0, 1, 4, 5, 0, 1, 4, 5}, at::kLong).reshape({2, 4});
  const at::Tensor before = trunk_.read(pictures_, kept);
  at::Tensor other = pictures_.clone();
  other.slice(2, 16).normal_();  // the lower half, and of the upper one the right
  other.slice(3, 16).normal_();
  EXPECT_TRUE(trunk_.read(other, kept).equal(before));
  EXPECT_FALSE(trunk_.forward(other).equal(trunk_.forward(pictures_)));
}

TEST_F(ClipTrunkTest, PatchMeanIsNotProjected) {
  const at::Tensor mean = trunk_.patch_mean(pictures_);
  EXPECT_EQ(mean.sizes(), at::IntArrayRef({2, 16}));
  // A fresh norm leaves every patch with mean 0, and so their mean.
  EXPECT_LT(mean.mean(1).abs().max().item<float>(), 1e-5F);
}

TEST(ClipVit, LayersRiseFromTheEmbeddingToTheHead) {
  const NetworkPointer network = made_network(tiny(), 32);
  EXPECT_EQ(network->layers(), 4);
  for (const char* name :
       {"class_embedding", "positional_embedding", "conv1.weight", "ln_pre.bias"}) {
    EXPECT_EQ(network->layer_of(name), 0) << name;
  }
  EXPECT_EQ(network->layer_of("transformer.resblocks.0.attn.in_proj_weight"), 1);
  EXPECT_EQ(network->layer_of("transformer.resblocks.1.mlp.c_fc.bias"), 2);
  for (const char* name : {"ln_post.weight", "proj", "head.weight"}) {
    EXPECT_EQ(network->layer_of(name), 3) << name;
  }
}

TEST(ClipVit, PositionsTakeNoWeightDecayAndProjectionsDo) {
  const NetworkPointer network = made_network(tiny(), 32);
  for (const auto& item : network->named_parameters()) {
    const bool decays = item.value().dim() > 1 && item.key() != "positional_embedding";
    EXPECT_EQ(network->without_weight_decay(item.key(), item.value()), !decays) << item.key();
  }
}

TEST(ClipVit, TheTrunkIsAllButTheHead) {
  const NetworkPointer network = made_network(tiny(), 32);
  const Backbone backbone = network->backbone();
  EXPECT_EQ(backbone.module, network.get());
  EXPECT_EQ(backbone.prefixes, std::vector<std::string>{"visual."});
  for (const auto& item : network->named_parameters()) {
    bool part = false;
    for (const std::string& beginning : backbone.parts) {
      part = part || item.key().starts_with(beginning);
    }
    EXPECT_EQ(part, !item.key().starts_with("head.")) << item.key();
  }
}

TEST(ClipVit, PositionsOfAnotherGridAreInterpolated) {
  const NetworkPointer small = made_network(tiny(), 32);
  const NetworkPointer large = made_network(tiny(), 64);
  load_state(*large, state_of(*small), "file");
  const at::Tensor from = state_of(*small).tensors.at("positional_embedding");
  const at::Tensor to = state_of(*large).tensors.at("positional_embedding");
  ASSERT_EQ(to.sizes(), at::IntArrayRef({65, 16}));
  EXPECT_TRUE(near(to, interpolate_positions(from.unsqueeze(0), 8)[0], 1e-6));
  EXPECT_TRUE(to[0].equal(from[0]));
}

TEST(ClipVit, RefusesWhatClipHasNot) {
  ModelOptions model = tiny();
  model.vit = "16x1x2/7";
  EXPECT_THROW(made_network(model, 32), OptionError);
  model = tiny();
  model.position = "sincos";
  EXPECT_THROW(made_network(model, 32), OptionError);
  model = tiny();
  model.pool = "mean";
  EXPECT_THROW(made_network(model, 32), OptionError);
  model = tiny();
  model.clip_gelu = "tanh";
  EXPECT_THROW(made_network(model, 32), OptionError);
}

TEST(ClipVit, Gradients) {
  ModelOptions model = tiny();
  model.drop_path = 0.3;
  model.mask = 0.5;
  const NetworkPointer network = made_network(model, 32);
  network->to(at::kDouble);
  const at::Tensor pictures = at::randn({3, 3, 32, 32}, at::kDouble);
  const at::Tensor weights = at::rand({3, 8}, at::kDouble);
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

}  // namespace
}  // namespace mien
