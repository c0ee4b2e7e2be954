#include "mien/nn/models/emotionnet.h"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/rand.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mien/error.h"

#include "made_network.h"
#include "parity.h"
#include "thrown.h"

namespace mien {
namespace {

using test::near;

constexpr const char* kFixture = "emotionnet.json";

std::shared_ptr<EmotionNetwork> make(const Vocabulary& vocabulary = abaw_mtl_vocabulary(),
                                     const std::string& average = "features",
                                     std::int64_t size = 96) {
  ModelOptions model = test::model_named("emotionnet");
  model.region_average = average;
  return std::dynamic_pointer_cast<EmotionNetwork>(test::made_network(model, size, vocabulary));
}

at::Tensor formula_map(std::int64_t side) {
  return test::formula_tensor("input", {2, InceptionBase::kChannels, side, side});
}

bool has_part(const Network& network, const std::string& beginning) {
  for (const auto& item : network.named_parameters()) {
    if (item.key().starts_with(beginning)) return true;
  }
  return false;
}

TEST(EmotionNet, IsThePapers) {
  const nlohmann::json fixture = test::parity_fixture(kFixture, "emotionnet");
  const auto network = make();
  test::expect_published_tensors(*network, fixture);
  test::expect_parity(*network, fixture);
}

TEST(EmotionNet, BehindItsTrunkIsThePapersInTraining) {
  const nlohmann::json fixture =
      test::parity_fixture(kFixture, "emotionnet behind its trunk, training");
  const auto network = make();
  test::fill_by_formula(*network);
  network->to(at::kDouble);
  network->train();
  network->named_children()["MHA"]->eval();  // nothing is dropped
  const at::Tensor map = formula_map(fixture.at("size").get<std::int64_t>()).to(at::kDouble);
  const at::Tensor outputs = test::all_scores(network->read(map));
  EXPECT_TRUE(near(outputs, test::published_outputs(fixture), 1e-6));
  outputs.square().sum().backward();
  test::expect_published_gradients(*network, fixture);
}

TEST(EmotionNet, RegionsAreTheVocabularysAndTheRestOfThePapers) {
  std::vector<std::string> published = abaw_mtl_vocabulary().action_units;
  for (const char* hidden : {"AU05", "AU09", "AU14", "AU16", "AU17"})
    published.emplace_back(hidden);
  EXPECT_EQ(emotionnet_regions(abaw_mtl_vocabulary()), published);
  EXPECT_EQ(emotionnet_regions(abaw_lsd_vocabulary()), published);
  const std::vector<std::string> other = emotionnet_regions({{}, {"AU09", "AU20", "AU01"}, false});
  EXPECT_EQ(other.size(), 18U);
  EXPECT_THAT(std::vector<std::string>(other.begin(), other.begin() + 5),
              testing::ElementsAre("AU09", "AU20", "AU01", "AU02", "AU04"));
}

TEST(EmotionNet, GivesTheTasksOfItsVocabulary) {
  const at::NoGradGuard no_gradients;
  const auto network = make();
  network->eval();
  const at::Tensor pictures = at::rand({1, 3, 96, 96});  // a batch of one
  const Outputs all = network->forward(pictures);
  test::expect_tasks(all, abaw_mtl_vocabulary(), 1);
  EXPECT_EQ(all.features.sizes(), at::IntArrayRef({1, 17 * 16}));
  EXPECT_TRUE(all.auxiliary.empty());
}

TEST(EmotionNet, LeavesOutWhatAVocabularyDoesNotAskFor) {
  const at::NoGradGuard no_gradients;
  const auto expressions = make(abaw_lsd_vocabulary());
  expressions->eval();
  test::expect_tasks(expressions->read(formula_map(4)), abaw_lsd_vocabulary(), 2);
  EXPECT_FALSE(has_part(*expressions, "MHA."));
  EXPECT_FALSE(has_part(*expressions, "emotion_classifiers.0."));
  EXPECT_FALSE(has_part(*expressions, "emotion_classifiers.2."));
  const Vocabulary two_units = {{}, {"AU09", "AU20"}, false};
  const auto units = make(two_units);
  units->eval();
  test::expect_tasks(units->read(formula_map(4)), two_units, 2);
  EXPECT_FALSE(has_part(*units, "transformation_matrices."));
  EXPECT_TRUE(has_part(*units, "AU_Metric_Modules.17."));
  EXPECT_THROW(make({}), UsageError);
}

TEST(EmotionNet, TheAveragesAgreeUpToRounding) {
  const at::NoGradGuard no_gradients;
  const auto features = make();
  const auto predictions = make(abaw_mtl_vocabulary(), "predictions");
  for (const auto& network : {features, predictions}) {
    test::fill_by_formula(*network);
    network->eval();
  }
  const Outputs one = features->read(formula_map(5));
  const Outputs other = predictions->read(formula_map(5));
  EXPECT_TRUE(near(other.expression, one.expression, 1e-5));
  EXPECT_TRUE(near(other.valence_arousal, one.valence_arousal, 1e-5));
  EXPECT_TRUE(near(other.action_units, one.action_units, 1e-6));
}

TEST(EmotionNet, DropsInTrainingAlone) {
  const at::NoGradGuard no_gradients;
  const auto network = make();
  const auto units = [&] { return network->read(formula_map(4)).action_units; };
  network->eval();
  EXPECT_TRUE(units().equal(units()));
  network->train();
  EXPECT_FALSE(units().equal(units()));
}

TEST(EmotionNet, ItsTrunkHasInceptionsNames) {
  ModelOptions model = test::model_named("inception-v3");
  model.auxiliary = false;
  const NetworkPointer inception = test::made_network(model, 96);
  const auto published = inception->named_parameters();
  const auto network = make();
  const Backbone backbone = network->backbone();
  std::size_t found = 0;
  for (const auto& item : backbone.module->named_parameters()) {
    ASSERT_TRUE(published.contains(item.key())) << item.key();
    EXPECT_EQ(published[item.key()].sizes(), item.value().sizes()) << item.key();
    ++found;
  }
  EXPECT_EQ(network->layers(), 2);
  std::size_t below = 0;
  for (const auto& item : network->named_parameters()) {
    const bool trunk = item.key().starts_with("backbone_CNN.");
    EXPECT_EQ(network->layer_of(item.key()), trunk ? 0 : 1) << item.key();
    below += trunk ? 1 : 0;
  }
  EXPECT_EQ(below, found);
  EXPECT_EQ(backbone.prefixes, (std::vector<std::string>{"backbone_CNN.", ""}));
}

TEST(EmotionNet, SaysWhichPicturesAreTooSmall) {
  EXPECT_NO_THROW(make(abaw_mtl_vocabulary(), "features", 43));
  const test::Refusal refusal = test::refused([] { make(abaw_mtl_vocabulary(), "features", 42); });
  EXPECT_EQ(refusal.key, "input.size");
  EXPECT_THAT(refusal.message, testing::HasSubstr("at least 43 pixels"));
}

}  // namespace
}  // namespace mien
