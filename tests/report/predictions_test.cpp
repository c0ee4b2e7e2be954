#include "mien/report/predictions.h"

#include <algorithm>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "mien/core/files.h"
#include "mien/error.h"

#include "temp_folder.h"

namespace mien {
namespace {

using testing::HasSubstr;

const Vocabulary kSmall{{"neutral", "happiness"}, {"AU01", "AU12"}, true};

Prediction small_prediction() {
  Prediction prediction;
  prediction.valence = 1.25F;
  prediction.arousal = -0.5F;
  prediction.expression = {0.25F, 0.75F};
  prediction.action_units = {0.5F, 0.4375F};
  return prediction;
}

std::string written(PredictionFormat format,
                    const std::vector<PredictionRow>& rows,
                    const Vocabulary& vocabulary,
                    const std::vector<double>& thresholds = {}) {
  const test::TempFolder folder;
  return read_file(write_predictions(folder.path() / "out", format, rows, vocabulary, thresholds));
}

std::string error_of(PredictionFormat format, const Vocabulary& vocabulary) {
  try {
    check_prediction_format(format, vocabulary);
  } catch (const UsageError& error) {
    return error.what();
  }
  return "";
}

TEST(Predictions, CsvHasARowAnEntry) {
  EXPECT_EQ(written(PredictionFormat::kCsv, {{"v/1.jpg", small_prediction()}}, kSmall, {0.5, 0.4}),
            "input,valence,arousal,expression,p_neutral,p_happiness,AU01,AU12,AU01_c,AU12_c\n"
            "v/1.jpg,1.000000,-0.500000,happiness,0.250000,0.750000,0.500000,0.437500,1,1\n");
}

TEST(Predictions, ThresholdsDecide) {
  EXPECT_THAT(written(PredictionFormat::kCsv, {{"a", small_prediction()}}, kSmall),
              HasSubstr(",1,0\n"));
}

TEST(Predictions, CsvCellsAreEmptyWhereNothingIsSaid) {
  EXPECT_EQ(written(PredictionFormat::kCsv, {{"a", {}}}, kSmall),
            "input,valence,arousal,expression,p_neutral,p_happiness,AU01,AU12,AU01_c,AU12_c\n"
            "a,,,,,,,,,\n");
  EXPECT_EQ(written(PredictionFormat::kCsv, {}, {{"anger"}, {}, false}),
            "input,valence,arousal,expression,p_anger\n");
}

TEST(Predictions, CsvQuotesAsRfc4180) {
  EXPECT_THAT(written(PredictionFormat::kCsv, {{"a,\"b\".jpg", {}}}, kSmall),
              HasSubstr("\n\"a,\"\"b\"\".jpg\","));
}

TEST(Predictions, JsonHasTheSameNames) {
  const auto json = nlohmann::json::parse(
      written(PredictionFormat::kJsonl, {{"v/1.jpg", small_prediction()}}, kSmall));
  EXPECT_EQ(json["input"], "v/1.jpg");
  EXPECT_EQ(json["valence"], 1.0);
  EXPECT_EQ(json["expression"], "happiness");
  EXPECT_EQ(json["p_happiness"], 0.75);
  EXPECT_EQ(json["AU12"], 0.4375);
  EXPECT_EQ(json["AU12_c"], 0);
  const auto nothing =
      nlohmann::json::parse(written(PredictionFormat::kJsonl, {{"a", {}}}, kSmall));
  EXPECT_TRUE(nothing["valence"].is_null());
  EXPECT_TRUE(nothing["expression"].is_null());
  EXPECT_TRUE(nothing["AU01_c"].is_null());
}

/// ABAW's names in reverse, contempt besides: the file has ABAW's order all the same.
Vocabulary reversed_abaw() {
  Vocabulary vocabulary = abaw_mtl_vocabulary();
  std::reverse(vocabulary.expressions.begin(), vocabulary.expressions.end());
  std::reverse(vocabulary.action_units.begin(), vocabulary.action_units.end());
  vocabulary.expressions.emplace_back("contempt");
  return vocabulary;
}

TEST(Predictions, AbawGoesByName) {
  Prediction prediction;
  prediction.valence = 0.25F;
  prediction.arousal = -3.0F;
  prediction.expression = {0.1F, 0.0F, 0.0F, 0.5F, 0.0F, 0.0F, 0.0F, 0.1F, 0.3F};  // happiness
  prediction.action_units.assign(12, 0.1F);
  prediction.action_units.front() = 0.9F;  // AU26, ABAW's last
  EXPECT_EQ(written(PredictionFormat::kAbaw, {{"V/00001.jpg", prediction}}, reversed_abaw()),
            "image,valence,arousal,expression,aus\n"
            "V/00001.jpg,0.250000,-1.000000,4,0,0,0,0,0,0,0,0,0,0,0,1\n");
  prediction.expression = {0.3F, 0.0F, 0.0F, 0.4F, 0.0F, 0.0F, 0.0F, 0.0F, 0.3F};
  EXPECT_THAT(written(PredictionFormat::kAbaw, {{"a", prediction}}, reversed_abaw()),
              HasSubstr("a,0.250000,-1.000000,7,"))
      << "contempt counts as other";
}

TEST(Predictions, AbawWritesTheMissingMarksForAnEntryWithoutPicture) {
  EXPECT_THAT(written(PredictionFormat::kAbaw, {{"a", {}}}, abaw_mtl_vocabulary()),
              HasSubstr("\na,-5,-5,-1,-1,-1,-1,-1,-1,-1,-1,-1,-1,-1,-1,-1\n"));
}

TEST(Predictions, AbawSaysWhatIsLacking) {
  const std::string message = error_of(PredictionFormat::kAbaw, kSmall);
  EXPECT_THAT(message, HasSubstr("anger"));
  EXPECT_THAT(message, HasSubstr("AU26"));
  EXPECT_THAT(message, testing::Not(HasSubstr("happiness")));
  Vocabulary without = abaw_mtl_vocabulary();
  without.valence_arousal = false;
  EXPECT_THAT(error_of(PredictionFormat::kAbaw, without), HasSubstr("valence"));
  EXPECT_EQ(error_of(PredictionFormat::kAbaw, reversed_abaw()), "");
}

TEST(Predictions, LsdPassesOverOtherClasses) {
  Prediction prediction;
  prediction.expression = {
      0.6F, 0.0F, 0.1F, 0.2F, 0.0F, 0.0F, 0.1F, 0.0F};  // neutral first, fear second
  EXPECT_EQ(written(PredictionFormat::kAbawLsd, {{"1.jpg", prediction}}, abaw_mtl_vocabulary()),
            "image,expression\n1.jpg,2\n");
}

TEST(Predictions, FormatsByName) {
  EXPECT_EQ(prediction_format("abaw-lsd"), PredictionFormat::kAbawLsd);
  EXPECT_THROW(prediction_format("xml"), UsageError);
}

TEST(Predictions, LengthsMustAgree) {
  Prediction prediction;
  prediction.expression = {1.0F};
  EXPECT_THROW(written(PredictionFormat::kCsv, {{"a", prediction}}, kSmall), UsageError);
}

}  // namespace
}  // namespace mien
