#include "mien/evaluate/evaluate.h"

#include <span>

#include <nlohmann/json.hpp>

#include "mien/affect/vocabulary.h"
#include "mien/error.h"

namespace mien {

EvaluationReport evaluate_lists(const std::vector<SampleSet>& lists,
                                const std::vector<Prediction>& predictions,
                                const Vocabulary& vocabulary,
                                const std::vector<double>& thresholds) {
  std::vector<Label> labels;
  for (const SampleSet& list : lists) {
    for (const Sample& sample : list.samples) labels.push_back(sample.label);
  }
  if (labels.size() != predictions.size()) {
    throw UsageError("there are " + std::to_string(predictions.size()) + " predictions for " +
                     std::to_string(labels.size()) + " samples");
  }
  EvaluationReport report;
  report.vocabulary = vocabulary;
  report.pooled = score(predictions, labels, vocabulary, thresholds);
  report.constant = score_constant(labels, vocabulary);
  std::size_t begin = 0;
  for (const SampleSet& list : lists) {
    const std::size_t count = list.samples.size();
    report.lists.emplace_back(list.name,
                              score(std::span(predictions).subspan(begin, count),
                                    std::span<const Label>(labels).subspan(begin, count),
                                    vocabulary,
                                    thresholds));
    begin += count;
  }
  return report;
}

std::string report_to_json(const EvaluationReport& report) {
  using Json = nlohmann::ordered_json;
  const auto scores_json = [](const Scores& scores) { return Json::parse(scores_to_json(scores)); };
  Json lists = Json::array();
  for (const auto& [name, scores] : report.lists) {
    lists.push_back(Json{{"name", name}, {"scores", scores_json(scores)}});
  }
  Json object;
  object["pooled"] = scores_json(report.pooled);
  object["lists"] = std::move(lists);
  object["constant"] = scores_json(report.constant);
  object["vocabulary"] = Json::parse(vocabulary_to_json(report.vocabulary));
  return object.dump();
}

}  // namespace mien
