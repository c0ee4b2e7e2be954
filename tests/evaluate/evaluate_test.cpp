#include "mien/evaluate/evaluate.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "mien/error.h"

namespace mien {
namespace {

const Vocabulary kTwo{{"neutral", "other"}, {}, false};

SampleSet list_of(const std::string& name, const std::vector<int>& classes) {
  SampleSet list{name, kTwo, {}};
  for (const int label : classes) {
    Sample sample;
    sample.label.expression = label;
    list.samples.push_back(sample);
  }
  return list;
}

std::vector<Prediction> answers(const std::vector<int>& classes) {
  std::vector<Prediction> predictions;
  for (const int answer : classes) {
    Prediction prediction;
    prediction.expression =
        answer == 0 ? std::vector<float>{0.9F, 0.1F} : std::vector<float>{0.2F, 0.8F};
    predictions.push_back(prediction);
  }
  return predictions;
}

TEST(EvaluateLists, PooledAndOneByOne) {
  const EvaluationReport report = evaluate_lists(
      {list_of("a", {0, 1}), list_of("b", {0, 0, 1})}, answers({0, 1, 1, 1, 1}), kTwo, {});
  ASSERT_EQ(report.lists.size(), 2U);
  EXPECT_EQ(report.lists[0].first, "a");
  EXPECT_NEAR(report.lists[0].second.expression_accuracy.value(), 1, 1e-12);
  EXPECT_NEAR(report.lists[1].second.expression_accuracy.value(), 1.0 / 3, 1e-12);
  EXPECT_NEAR(report.pooled.expression_accuracy.value(), 3.0 / 5, 1e-12);
  EXPECT_NEAR(report.constant.expression_accuracy.value(), 3.0 / 5, 1e-12);
}

TEST(EvaluateLists, CountsMustAgree) {
  EXPECT_THROW(evaluate_lists({list_of("a", {0, 1})}, answers({0}), kTwo, {}), UsageError);
}

TEST(ReportJson, HasEveryPart) {
  const EvaluationReport report = evaluate_lists({list_of("a", {0, 1})}, answers({0, 1}), kTwo, {});
  const auto json = nlohmann::json::parse(report_to_json(report));
  EXPECT_EQ(json.at("pooled").at("expression_accuracy"), 1.0);
  EXPECT_EQ(json.at("lists").at(0).at("name"), "a");
  EXPECT_EQ(json.at("lists").at(0).at("scores").at("samples"), 2);
  EXPECT_TRUE(json.at("constant").is_object());
  EXPECT_EQ(json.at("vocabulary").at("expressions").size(), 2U);
}

}  // namespace
}  // namespace mien
