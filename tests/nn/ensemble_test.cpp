#include "mien/nn/ensemble.h"

#include <functional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mien/core/files.h"
#include "mien/error.h"

#include "small_networks.h"
#include "thrown.h"

namespace mien {
namespace {

using test::save_small;
using test::SmallNetwork;
using testing::AllOf;
using testing::DoubleEq;
using testing::ElementsAre;
using testing::HasSubstr;

class EnsembleFileTest : public testing::Test {
 protected:
  /// Two networks in `runs`, the second of other classes, and the file that names them beside it.
  void SetUp() override {
    std::filesystem::create_directories(folder_ / "runs");
    SmallNetwork first;
    first.card.thresholds = {0.2, 0.4};
    SmallNetwork second;
    second.vocabulary = {{"Happy", "fear"}, {"AU12", "AU25"}, false};
    second.seed = 2;
    second.side = 48;
    file_.mien = "test";
    file_.vocabulary = {{"neutral", "happiness", "anger", "fear"}, {"AU01", "AU12", "AU25"}, true};
    add(save_small(folder_, "runs/a.safetensors", first));
    add(save_small(folder_, "runs/b.safetensors", second));
    file_.members[1].weight = 3;
    write_ensemble_file(path_, file_);
  }
  void add(const std::string& weights) {
    file_.members.push_back({member_name(path_, weights), sha256_of_file(weights)});
  }
  std::string error_after(const std::function<void(std::string&)>& change) const {
    std::string text = read_file(path_);
    change(text);
    write_file_atomically(path_, text);
    return error_of_loading();
  }
  std::string error_of_loading() const {
    std::string error = test::thrown([&] { load_ensemble(path_); });
    EXPECT_THAT(error, testing::StartsWith("3 "));
    return error;
  }
  static void replace(std::string& text, const std::string& from, const std::string& to) {
    const std::size_t at = text.find(from);
    ASSERT_NE(at, std::string::npos) << from;
    text.replace(at, from.size(), to);
  }

  test::TempFolder folder_;
  std::filesystem::path path_ = folder_ / "both.toml";
  EnsembleFile file_;
};

TEST_F(EnsembleFileTest, NamesItsMembersFromWhereItLies) {
  EXPECT_EQ(file_.members[0].file, "runs/a.safetensors");
  EXPECT_EQ(member_name(folder_ / "other/e.toml", folder_ / "runs/a.safetensors"),
            "../runs/a.safetensors");
}

TEST_F(EnsembleFileTest, LoadsWhatItNames) {
  const LoadedEnsemble loaded = load_ensemble(path_);
  ASSERT_EQ(loaded.members.size(), 2U);
  EXPECT_EQ(loaded.file, path_);
  EXPECT_EQ(loaded.vocabulary(), file_.vocabulary);
  // The members' thresholds by name, weighted: (.4 + 3 * .5) / 4 of AU12.
  EXPECT_THAT(loaded.card.thresholds, ElementsAre(DoubleEq(0.2), DoubleEq(0.475), DoubleEq(0.5)));
  const Prediction mean = loaded.mean(std::vector<Prediction>{
      {0.5F, 0.5F, {0.5F, 0.25F, 0.25F}, {1, 1}}, {{}, {}, {0.75F, 0.25F}, {0, 0.5F}}});
  EXPECT_FLOAT_EQ(mean.action_units[1], 0.25F);
  // neutral .5, happiness (.25 + 3 * .75) / 4 = .625, anger .25, fear .25: over 1.625
  EXPECT_FLOAT_EQ(mean.expression[1], 0.625F / 1.625F);
}

TEST_F(EnsembleFileTest, TwoInputsMakeTwoSetsOfPictures) {
  const LoadedEnsemble loaded = load_ensemble(path_);
  const SharedInputs shared = shared_inputs(networks_of(loaded));
  ASSERT_EQ(shared.inputs.size(), 2U);
  EXPECT_THAT(shared.of_network, ElementsAre(0U, 1U));
  EXPECT_EQ(shared.inputs[1].size, 48);
  const std::vector<const Network*> same(3, loaded.members[0].network.get());
  EXPECT_EQ(shared_inputs(same).inputs.size(), 1U);
}

TEST_F(EnsembleFileTest, KeepsItsTuning) {
  file_.card.thresholds = {0.1, 0.2, 0.3};
  file_.card.temperature = 0.5;
  file_.card.tuned.date = "2026-05-04T12:00:00Z";
  file_.card.tuned.left = {"AU25: 3 pictures with it, 21 without"};
  write_ensemble_file(path_, file_);
  const LoadedEnsemble loaded = load_ensemble(path_);
  EXPECT_EQ(loaded.card.thresholds, file_.card.thresholds);
  EXPECT_EQ(loaded.mean.temperature(), 0.5);
  EXPECT_EQ(loaded.card.tuned.date, file_.card.tuned.date);
  EXPECT_EQ(loaded.card.tuned.left, file_.card.tuned.left);
}

TEST_F(EnsembleFileTest, OneNetworkIsAnEnsembleOfItself) {
  SmallNetwork tuned;
  tuned.card.thresholds = {0.1, 0.2};
  tuned.card.temperature = 2;
  const LoadedEnsemble loaded = load_ensemble(save_small(folder_, "t.safetensors", tuned));
  ASSERT_EQ(loaded.members.size(), 1U);
  EXPECT_EQ(loaded.card.thresholds, tuned.card.thresholds);
  EXPECT_EQ(loaded.members[0].card.temperature, 2);
  EXPECT_EQ(loaded.mean.temperature(), 1) << "it would count twice";
}

TEST_F(EnsembleFileTest, AMemberThatChangedIsAnError) {
  SmallNetwork other;
  other.seed = 5;
  save_small(folder_, "runs/a.safetensors", other);
  EXPECT_THAT(error_of_loading(),
              AllOf(HasSubstr("both.toml"), HasSubstr("runs/a.safetensors has changed")));
}

TEST_F(EnsembleFileTest, AMemberThatIsGoneIsAnError) {
  std::filesystem::remove(folder_ / "runs/b.safetensors");
  EXPECT_THAT(error_of_loading(),
              AllOf(HasSubstr("both.toml"), HasSubstr("runs/b.safetensors is not there")));
}

TEST_F(EnsembleFileTest, AnEnsembleHoldsNoEnsemble) {
  EXPECT_THAT(
      error_after([](std::string& text) { replace(text, "runs/b.safetensors", "both.toml"); }),
      HasSubstr("its member both.toml is an ensemble itself"));
}

TEST_F(EnsembleFileTest, AnotherFormatIsRefusedBeforeItsKeys) {
  EXPECT_THAT(error_after([](std::string& text) {
                replace(text, "format = 1\n", "format = 2\n");
                text = "alpha = 1\n" + text;
              }),
              AllOf(HasSubstr("format 2"), testing::Not(HasSubstr("alpha"))));
}

TEST_F(EnsembleFileTest, WhatIsWrongIsADataError) {
  const auto changed = [&](const std::string& from, const std::string& to) {
    write_ensemble_file(path_, file_);
    return error_after([&](std::string& text) { replace(text, from, to); });
  };
  EXPECT_THAT(changed("format = 1\n", "colour = 1\nformat = 1\n"), HasSubstr("colour"));
  EXPECT_THAT(changed("format = 1\n", ""), HasSubstr("no `format`"));
  EXPECT_THAT(changed("format = 1\n", "format = 1\nbase = \"x.toml\"\n"), HasSubstr("base"));
  EXPECT_THAT(changed("\"fear\"", "\"disgust\""), HasSubstr("other classes"));
  EXPECT_THAT(changed("weight = 3.0", "weight = 0.0"), HasSubstr("weight"));
  EXPECT_THAT(changed("temperature = 1.0", "temperature = 0.0"), HasSubstr("temperature"));
  EXPECT_THAT(changed("thresholds = []", "thresholds = [0.5]"), HasSubstr("1 thresholds for 3"));
  EXPECT_THAT(error_after([](std::string& text) { text = "format = 1\nmembers = []\n"; }),
              HasSubstr("no member"));
  EXPECT_THAT(error_after([](std::string& text) { text = "format = 1\n["; }),
              HasSubstr("both.toml:2"));
}

TEST_F(EnsembleFileTest, IsNoNetworksWeights) {
  EXPECT_THROW(load_network(path_), DataError);
  EXPECT_THROW(read_weights(path_), DataError);
  EXPECT_THROW(load_ensemble(folder_ / "none.toml"), DataError);
}

}  // namespace
}  // namespace mien
