// 400 labels and predictions that NumPy and scikit-learn have scored.
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "mien/affect/scores.h"
#include "mien/core/files.h"

#include "shared_folder.h"

namespace mien {
namespace {

constexpr double kTolerance = 1e-6;

// A row is valence, arousal, expression, 12 units; -5 and -1 say that a label is missing.
Label label_of(const nlohmann::json& row) {
  Label label;
  if (row[0].get<double>() > -5) label.valence = row[0].get<float>();
  if (row[1].get<double>() > -5) label.arousal = row[1].get<float>();
  label.expression = row[2].get<int>();
  for (std::size_t i = 3; i < row.size(); ++i)
    label.action_units.push_back(row[i].get<std::int8_t>());
  return label;
}

Prediction prediction_of(const nlohmann::json& row) {
  Prediction prediction;
  prediction.valence = row[0].get<float>();
  prediction.arousal = row[1].get<float>();
  prediction.expression.assign(8, 0.0F);
  prediction.expression[row[2].get<std::size_t>()] = 1.0F;
  for (std::size_t i = 3; i < row.size(); ++i) {
    prediction.action_units.push_back(row[i].get<float>());
  }
  return prediction;
}

TEST(ScoresGolden, AgreeWithNumPyAndScikitLearn) {
  const auto file = test::shared_path("golden/layers_and_metrics.json");
  if (!file) GTEST_SKIP() << test::kNoShared;
  const auto golden = nlohmann::json::parse(read_file(*file)).at("metrics");
  std::vector<Label> labels;
  std::vector<Prediction> predictions;
  for (const auto& row : golden["truth"]) labels.push_back(label_of(row));
  for (const auto& row : golden["prediction"]) predictions.push_back(prediction_of(row));

  const Scores scores = score(predictions, labels, abaw_mtl_vocabulary());
  EXPECT_EQ(scores.samples, 400);
  EXPECT_NEAR(scores.ccc_valence.value(), golden["ccc"][0].get<double>(), kTolerance);
  EXPECT_NEAR(scores.ccc_arousal.value(), golden["ccc"][1].get<double>(), kTolerance);
  for (std::size_t i = 0; i < 8; ++i) {
    EXPECT_NEAR(scores.expressions[i].f1.value(), golden["f1_expr"][i].get<double>(), kTolerance);
  }
  for (std::size_t i = 0; i < 12; ++i) {
    EXPECT_NEAR(scores.action_units[i].f1.value(), golden["f1_au"][i].get<double>(), kTolerance);
  }
  EXPECT_NEAR(scores.p_mtl.value(), golden["p_mtl"].get<double>(), kTolerance);
  EXPECT_NEAR(
      scores.expression_accuracy.value(), golden["expr_accuracy"].get<double>(), kTolerance);
}

}  // namespace
}  // namespace mien
