// Every recipe that comes with the project reads, checks, and describes a network that can be made.
#include <filesystem>

#include <gtest/gtest.h>

#include "mien/nn/network.h"
#include "mien/train/batch_size.h"
#include "mien/train/train_options.h"

#include "test_paths.h"

namespace mien {
namespace {

namespace fs = std::filesystem;

TrainOptions recipe(const std::string& name) {
  TrainOptions options;
  read_toml(fields_of(options), fs::path(test::kSourceDir) / "recipes" / (name + ".toml"));
  return options;
}

TEST(Recipes, AllReadAndCheck) {
  int count = 0;
  for (const auto& entry : fs::directory_iterator(fs::path(test::kSourceDir) / "recipes")) {
    if (entry.path().extension() != ".toml") continue;
    SCOPED_TRACE(entry.path().filename().string());
    TrainOptions options = recipe(entry.path().stem().string());
    if (options.data.sets.empty()) options.data.path = "faces";
    EXPECT_NO_THROW(options.check());
    ++count;
  }
  EXPECT_GE(count, 9);
}

TEST(Recipes, SmallNetworksCanBeMade) {
  for (const char* name :
       {"emma-small",          "vit-small",          "dan-small",      "cotex-small",
        "emotionnet-small",    "inception-v3-small", "faces-dan",      "faces-emma",
        "faces-emma-balanced", "models-dan",         "models-emma",    "models-mae",
        "mae-small",           "clip-rn50-small",    "clip-vit-small", "tables-mae",
        "tables-vit-mtl",      "tables-vit-expr",    "tables-emma",    "tables-cotex"}) {
    const TrainOptions options = recipe(name);
    const NetworkPointer network =
        create_network(options.model, options.vocabulary(), options.input);
    EXPECT_LT(network->parameters().size(), 450U) << name;
  }
}

TEST(Recipes, ClipSeesPicturesAsItDidInItsOwnTraining) {
  for (const std::string network : {"clip-rn50", "clip-vit", "clip-vit-b16", "clip-vit-b32"}) {
    for (const std::string task : {"mtl", "expr"}) {
      const TrainOptions options = recipe(network + "-" + task);
      EXPECT_EQ(options.model.name, network);
      EXPECT_EQ(options.vocabulary().valence_arousal, task == "mtl") << network;
      EXPECT_EQ(options.input.mean, (std::vector<double>{0.48145466, 0.4578275, 0.40821073}));
      EXPECT_EQ(options.input.deviation, (std::vector<double>{0.26862954, 0.26130258, 0.27577711}));
    }
  }
}

// Section 3 of the method, after He et al.
TEST(Recipes, MaeHasThePublishedSettings) {
  const TrainOptions mae = recipe("mae");
  EXPECT_EQ(mae.optim.batch * mae.optim.accumulate, 4096);
  EXPECT_NEAR(peak_lr(mae.optim), 2.4e-3, 1e-12);
  EXPECT_EQ(mae.optim.beta1, 0.9);
  EXPECT_EQ(mae.optim.beta2, 0.95);
  EXPECT_EQ(mae.optim.weight_decay, 0.05);
  EXPECT_EQ(mae.optim.layer_decay, 1);
  EXPECT_EQ(mae.optim.clip, 0);
  EXPECT_EQ(mae.optim.warmup_epochs, 40);
  EXPECT_EQ(mae.optim.epochs, 800);
  EXPECT_EQ(mae.model.mask, 0.75);
  EXPECT_EQ(mae.model.decoder, "512x8x16");
  EXPECT_TRUE(mae.model.norm_pix);
  EXPECT_EQ(mae.data.augment.crop_area, 0.2);
  EXPECT_EQ(mae.vocabulary(), Vocabulary());
}

// Table 3 of the paper, and where the authors' program differs.
TEST(Recipes, EmmaHasThePapersSettings) {
  const TrainOptions emma = recipe("emma");
  EXPECT_EQ(emma.optim.batch * emma.optim.accumulate, 400);
  EXPECT_NEAR(peak_lr(emma.optim), 7.8125e-4, 1e-12);
  EXPECT_EQ(emma.optim.weight_decay, 0.05);
  EXPECT_EQ(emma.optim.layer_decay, 0.65);
  EXPECT_EQ(emma.optim.clip, 0.05);
  EXPECT_EQ(emma.optim.warmup_epochs, 5);
  EXPECT_EQ(emma.optim.epochs, 30);
  EXPECT_EQ(emma.model.drop_path, 0.1);
  EXPECT_EQ(emma.model.va_gradient, "stop");
  EXPECT_EQ(emma.loss.au_reduction, "mean");
  const TrainOptions authors = recipe("emma-authors");
  EXPECT_EQ(authors.model.va_gradient, "flow");
  EXPECT_EQ(authors.loss.ccc, "authors");
  EXPECT_EQ(listed_positive_weights(authors.loss.au_pos_weight, 12).size(), 12U);
  EXPECT_EQ(authors.optim.epochs, 30);
  EXPECT_EQ(recipe("vit-mtl").model.name, "vit");
  EXPECT_EQ(recipe("dan").vocabulary().expressions.back(), "contempt");
}

TEST(Recipes, CotexHasThePapersSettings) {
  const TrainOptions cotex = recipe("cotex");
  EXPECT_EQ(cotex.vocabulary().expressions.size(), 6U);
  EXPECT_EQ(cotex.model.views, 2);
  EXPECT_EQ(cotex.optim.batch, kTable6Batch);
  EXPECT_EQ(table6_batch(cotex.model.mask), 1024);
  EXPECT_EQ(cotex.optim.accumulate, 4);
  EXPECT_EQ(peak_lr(cotex.optim), 5e-4);
  EXPECT_EQ(cotex.optim.weight_decay, 0.15);
  EXPECT_EQ(cotex.optim.clip, 0.05);
  EXPECT_EQ(cotex.optim.layer_decay, 0.65);
  EXPECT_EQ(cotex.optim.warmup_epochs, 5);
  EXPECT_EQ(cotex.optim.epochs, 6);
  EXPECT_EQ(cotex.data.augment.resize, 228);
  EXPECT_EQ(cotex.loss.lambda, 33.3);
  const TrainOptions authors = recipe("cotex-authors");
  EXPECT_EQ(authors.model.view_mean, "logits");
  EXPECT_EQ(authors.optim.weight_decay, 0.05);
  EXPECT_EQ(authors.data.augment.jitter_probability, 0);
  const TrainOptions fourth = recipe("cotex-submission4");
  EXPECT_EQ(fourth.model.mask, 0.75);
  EXPECT_EQ(fourth.loss.lambda, 0);
}

// Its authors' program; the other's settings are EMMA's.
TEST(Recipes, EmotionNetHasItsAuthorsSettings) {
  const TrainOptions mtl = recipe("emotionnet-mtl");
  EXPECT_EQ(mtl.input.size, 299);
  EXPECT_EQ(mtl.optim.name, "sgd");
  EXPECT_EQ(peak_lr(mtl.optim), 1e-3);
  EXPECT_EQ(mtl.optim.momentum, 0.9);
  EXPECT_EQ(mtl.optim.weight_decay, 0);
  EXPECT_EQ(mtl.optim.batch, 24);
  EXPECT_EQ(mtl.optim.schedule, "cosine");
  EXPECT_EQ(mtl.loss.ccc, "authors");
  EXPECT_EQ(listed_positive_weights(mtl.loss.au_pos_weight, 12).size(), 12U);
  const std::vector<double> classes = listed_class_weights(mtl.loss.expr_class_weights, 8);
  EXPECT_EQ(classes[2], 17.3346);
  EXPECT_EQ(classes[7], 1);
  TrainOptions expressions = recipe("emotionnet-expr");
  EXPECT_EQ(expressions.loss.expr_class_weights, "auto");
  EXPECT_TRUE(expressions.vocabulary().action_units.empty());
}

TEST(Recipes, InceptionReadsWhatItsWeightsSaw) {
  const TrainOptions native = recipe("inception-v3-mtl");
  EXPECT_EQ(native.input.size, 299);
  EXPECT_TRUE(native.model.auxiliary);
  EXPECT_EQ(native.loss.auxiliary, 0.4);
  EXPECT_EQ(native.input.mean, (std::vector<double>{0.5, 0.5, 0.5}));
  const TrainOptions paper = recipe("inception-v3-224-mtl");
  EXPECT_EQ(paper.input.size, 224);
  EXPECT_FALSE(paper.model.auxiliary);
  EXPECT_EQ(paper.input.deviation, native.input.deviation);
  EXPECT_EQ(recipe("inception-v3-expr").task, "expr");
}

// The challenge's baseline: bytes less their mean, blue first, into convolutions that stay.
TEST(Recipes, VggFaceIsTheChallengesBaseline) {
  for (const char* name : {"vgg-face-mtl", "vgg-face-expr"}) {
    const TrainOptions vgg = recipe(name);
    EXPECT_TRUE(vgg.model.freeze_trunk) << name;
    EXPECT_EQ(vgg.input.size, 224);
    EXPECT_EQ(vgg.input.channels, "bgr");
    const double means[] = {129.1863, 104.7624, 93.5940};
    for (std::size_t colour = 0; colour < 3; ++colour) {
      EXPECT_NEAR(vgg.input.mean[colour] * 255, means[colour], 1e-6);
      EXPECT_NEAR(vgg.input.deviation[colour] * 255, 1, 1e-9);
    }
  }
}

TEST(Recipes, EachTaskHasTheOneThatItsNetworkNames) {
  for (const std::string& network : network_names()) {
    for (const auto& [task, name] : network_kind(network).recipes) {
      const TrainOptions options = recipe(name);
      EXPECT_EQ(options.model.name, network) << name;
      EXPECT_EQ(options.vocabulary().valence_arousal, task == "mtl") << name;
    }
  }
}

}  // namespace
}  // namespace mien
