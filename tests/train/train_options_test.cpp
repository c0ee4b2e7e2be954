#include "mien/train/train_options.h"

#include <gtest/gtest.h>

#include "mien/affect/vocabulary.h"
#include "mien/error.h"
#include "mien/train/setup.h"

#include "tiny_run.h"

namespace mien {
namespace {

std::string wrong_key(const TrainOptions& options) {
  try {
    options.check();
  } catch (const OptionError& error) {
    return error.key();
  }
  return "";
}

TEST(TrainOptionsTest, TomlKeepsEveryValue) {
  TrainOptions options = test::tiny_options("vit", "");
  options.data.sets.resize(2);
  options.data.sets[1].path = "b";
  options.data.sets[1].weight = 2.5;
  options.data.rename = {"contempt=disgust"};
  options.expressions = {"neutral", "other"};
  options.optim.lr = 0.1;
  const std::string text = to_toml(fields_of(options), true);
  TrainOptions read;
  read_toml_text(fields_of(read), text, "text");
  EXPECT_EQ(to_json(fields_of(read)), to_json(fields_of(options)));
}

TEST(TrainOptionsTest, VocabularyByTask) {
  TrainOptions options;
  EXPECT_EQ(options.vocabulary(), abaw_mtl_vocabulary());
  options.expressions = {"Happy", "sad"};
  options.action_units = {"1", "AU_12"};
  EXPECT_EQ(options.vocabulary().expressions, (std::vector<std::string>{"happiness", "sadness"}));
  EXPECT_EQ(options.vocabulary().action_units, (std::vector<std::string>{"AU01", "AU12"}));
  options.task = "expr";
  EXPECT_FALSE(options.vocabulary().valence_arousal);
  EXPECT_TRUE(options.vocabulary().action_units.empty());
  options.task = "mtl";
  options.model.name = "dan";
  EXPECT_FALSE(options.vocabulary().valence_arousal);
}

TEST(TrainOptionsTest, OneSetOrSeveral) {
  DataOptions data;
  EXPECT_THROW(data.check(), OptionError);
  data.path = "a";
  data.votes = "votes.csv";
  ASSERT_EQ(data.resolved_sets().size(), 1U);
  EXPECT_EQ(data.resolved_sets()[0].votes, "votes.csv");
  data.sets.resize(1);
  data.sets[0].path = "b";
  EXPECT_THROW(data.check(), OptionError);
  data.path.clear();
  EXPECT_NO_THROW(data.check());
}

TEST(TrainOptionsTest, RenamesComeOverTheDefaults) {
  DataOptions data;
  EXPECT_EQ(data.renames(), default_renames());
  data.rename = {"Contempt=Disgust", "fearful=sadness"};
  EXPECT_EQ(data.renames().at("contempt"), "disgust");
  data.rename = {"contempt"};
  EXPECT_THROW(data.renames(), OptionError);
}

TEST(TrainOptionsTest, MistakesNameTheirKey) {
  TrainOptions options = test::tiny_options("emma", "faces");
  EXPECT_EQ(wrong_key(options), "");
  options.task = "expr";
  EXPECT_EQ(wrong_key(options), "model.task");
  options.task = "mtl";
  options.train.keep = "every:0";
  EXPECT_EQ(wrong_key(options), "train.keep");
  options.train.keep = "every:3";
  EXPECT_EQ(options.train.keep_every(), 3);
  options.loss.au_pos_weight = "1,2";
  EXPECT_EQ(wrong_key(options), "loss.au_pos_weight");
  options.loss.au_pos_weight = "auto";
  options.expressions = {"neutral"};
  EXPECT_EQ(wrong_key(options), "vocabulary.expressions");
}

TEST(ResolveOptions, MakesPathsAbsolute) {
  const test::TempFolder folder;
  TrainOptions options = test::tiny_options("vit", "");
  options.expressions = {"neutral", "other"};
  options.data.sets.resize(1);
  options.data.sets[0].path = "sets/../faces";
  options.data.sets[0].validation = "none";
  options.backbone = "runs/mae";
  resolve_options(options);
  EXPECT_EQ(options.data.sets[0].path, (std::filesystem::current_path() / "faces").string());
  EXPECT_EQ(options.data.sets[0].validation, "none");
  EXPECT_TRUE(std::filesystem::path(options.backbone).is_absolute());
  EXPECT_EQ(options.dan, "");
}

TEST(PrepareTraining, LsdSetsHaveSixClasses) {
  const test::TempFolder folder;
  SynthOptions synth;
  synth.task = "lsd";
  synth.training = 12;
  synth.validation = 6;
  synth.size = 32;
  write_synthetic_set(folder / "lsd", synth, {}, StopFlag());
  TrainOptions options = test::tiny_options("vit", (folder / "lsd").string());
  options.task = "expr";
  resolve_options(options);
  const TrainingSetup setup = prepare_training(options, StartFrom::kOptions, {});
  EXPECT_EQ(setup.vocabulary, abaw_lsd_vocabulary());
  EXPECT_EQ(setup.data.training_counts.samples, 12);
}

TEST(PrepareTraining, PositiveWeightsFromTheSets) {
  const test::TempFolder folder;
  TrainOptions options = test::tiny_options("vit", test::tiny_set(folder / "set"));
  options.loss.au_pos_weight = "auto";
  const TrainingSetup setup = prepare_training(options, StartFrom::kOptions, {});
  ASSERT_EQ(setup.weights.units.numel(), 12);
  EXPECT_FALSE(setup.weights.classes.defined());
  const LabelCounts& counts = setup.data.training_counts;
  for (std::int64_t u = 0; u < 12; ++u) {
    const auto i = static_cast<std::size_t>(u);
    const bool both = counts.present[i] > 0 && counts.absent[i] > 0;
    const double expected =
        both ? static_cast<double>(counts.absent[i]) / static_cast<double>(counts.present[i]) : 1;
    EXPECT_NEAR(setup.weights.units[u].item<double>(), expected, 1e-5);
  }
}

TEST(PrepareTraining, ClassWeightsFromTheSets) {
  const test::TempFolder folder;
  TrainOptions options = test::tiny_options("vit", test::tiny_set(folder / "set"));
  options.loss.expr_class_weights = "auto";
  const TrainingSetup setup = prepare_training(options, StartFrom::kOptions, {});
  ASSERT_EQ(setup.weights.classes.numel(), 8);
  EXPECT_FALSE(setup.weights.units.defined());
  const std::vector<double> expected = class_weights(setup.data.training_counts);
  for (std::int64_t k = 0; k < 8; ++k) {
    EXPECT_NEAR(
        setup.weights.classes[k].item<double>(), expected.at(static_cast<std::size_t>(k)), 1e-5);
  }
  options.loss.expr_class_weights = "1,2";
  EXPECT_THROW(options.check(), OptionError);
}

TEST(PrepareTraining, SetsWithoutAUsableLabelAreRefused) {
  const test::TempFolder folder;
  TrainOptions options = test::tiny_options("vit", test::tiny_set(folder / "set"));
  options.task = "expr";
  options.expressions = {"boredom", "pain"};
  EXPECT_THROW(prepare_training(options, StartFrom::kOptions, {}), UsageError);
}

}  // namespace
}  // namespace mien
