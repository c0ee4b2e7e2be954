// Vocabularies and scores as JSON.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "mien/affect/scores.h"
#include "mien/affect/vocabulary.h"
#include "mien/error.h"

namespace mien {
namespace {

TEST(VocabularyJson, ReadsBack) {
  for (const Vocabulary& vocabulary :
       {abaw_mtl_vocabulary(),
        abaw_lsd_vocabulary(),
        Vocabulary{},
        Vocabulary{{"with \"quotes\"", "\xC3\xA4"}, {"AU99"}, false}}) {
    EXPECT_EQ(vocabulary_from_json(vocabulary_to_json(vocabulary), "file"), vocabulary);
  }
}

TEST(VocabularyJson, RefusesAnythingElse) {
  for (const char* text :
       {"",
        "[]",
        "{",
        "null",
        "{}",
        R"({"expressions": [], "action_units": []})",
        R"({"expressions": "a", "action_units": [], "valence_arousal": true})",
        R"({"expressions": ["a", "b", "a"], "action_units": [], "valence_arousal": true})",
        R"({"expressions": {"a": "b"}, "action_units": [], "valence_arousal": true})",
        R"({"expressions": [1], "action_units": [], "valence_arousal": true})",
        R"({"expressions": [], "action_units": [null], "valence_arousal": true})",
        R"({"expressions": [], "action_units": [], "valence_arousal": 1})"}) {
    try {
      vocabulary_from_json(text, "best.safetensors");
      ADD_FAILURE() << text;
    } catch (const DataError& error) {
      EXPECT_THAT(error.what(), ::testing::StartsWith("best.safetensors: ")) << text;
    }
  }
}

TEST(ScoresJson, HoldsNumbersAndNulls) {
  const Vocabulary vocabulary = {{"neutral", "anger"}, {"AU01"}, true};
  Label label;
  label.expression = 1;
  Prediction prediction;
  prediction.expression = {0.25F, 0.75F};
  const std::vector<Label> labels = {label};
  const std::vector<Prediction> predictions = {prediction};
  const auto json = nlohmann::json::parse(scores_to_json(score(predictions, labels, vocabulary)));
  EXPECT_EQ(json["samples"], 1);
  EXPECT_EQ(json["expression_labels"], 1);
  EXPECT_EQ(json["expression_f1"], 0.5);
  EXPECT_EQ(json["total"], 0.5);
  EXPECT_EQ(json["expression_accuracy"], 1.0);
  EXPECT_EQ(json["expressions"][1]["name"], "anger");
  EXPECT_EQ(json["expressions"][1]["true_positive"], 1);
  EXPECT_EQ(json["expression_calibration_error"], 0.25);
  EXPECT_EQ(json["confusion"], nlohmann::json({{0, 0}, {0, 1}}));
  for (const char* name : {"ccc", "ccc_valence", "ccc_arousal", "action_unit_f1", "p_mtl"}) {
    EXPECT_TRUE(json.at(name).is_null()) << name;
  }
  EXPECT_TRUE(json["action_units"][0]["f1"].is_null());
  EXPECT_EQ(json["valence_arousal_labels"], 0);
}

}  // namespace
}  // namespace mien
