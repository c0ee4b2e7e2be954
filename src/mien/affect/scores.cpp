#include "mien/affect/scores.h"

#include <algorithm>
#include <numeric>

#include "mien/affect/calibration.h"
#include "mien/affect/decisions.h"
#include "mien/error.h"

namespace mien {
namespace {

double mean_of(std::span<const double> values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

void finish(ClassScore& score) {
  if (score.labels > 0) {
    score.f1 = f1_score(score.true_positive, score.false_positive, score.false_negative);
  }
  if (score.positives > 0) {
    score.recall = static_cast<double>(score.true_positive) / static_cast<double>(score.positives);
  }
}

void count(ClassScore& score, bool label, bool predicted) {
  ++score.labels;
  score.positives += label ? 1 : 0;
  score.true_positive += label && predicted ? 1 : 0;
  score.false_positive += !label && predicted ? 1 : 0;
  score.false_negative += label && !predicted ? 1 : 0;
}

/// The mean of the members that are there, or nothing.
std::optional<double> mean_member(const std::vector<ClassScore>& scores,
                                  std::optional<double> ClassScore::* member) {
  double sum = 0.0;
  int counted = 0;
  for (const ClassScore& score : scores) {
    const std::optional<double>& value = score.*member;
    if (!value) continue;
    sum += *value;
    ++counted;
  }
  if (counted == 0) return std::nullopt;
  return sum / counted;
}

std::vector<ClassScore> named_scores(const std::vector<std::string>& names) {
  std::vector<ClassScore> scores(names.size());
  for (std::size_t i = 0; i < names.size(); ++i) scores[i].name = names[i];
  return scores;
}

void check_length(std::size_t length, std::size_t names, const std::string& what) {
  if (length == names || length == 0) return;
  throw UsageError("scores: " + std::to_string(length) + " " + what + " for " +
                   std::to_string(names) + " names");
}

void check_entry(const Prediction& prediction, const Label& label, const Vocabulary& vocabulary) {
  check_length(
      prediction.expression.size(), vocabulary.expressions.size(), "expressions predicted");
  check_length(prediction.action_units.size(), vocabulary.action_units.size(), "units predicted");
  check_length(label.action_units.size(), vocabulary.action_units.size(), "units labelled");
  const int classes = static_cast<int>(vocabulary.expressions.size());
  if (label.expression >= classes) {
    throw UsageError("scores: the expression label " + std::to_string(label.expression) +
                     " is none of " + std::to_string(classes) + " classes");
  }
}

void check_all(std::span<const Prediction> predictions,
               std::span<const Label> labels,
               const Vocabulary& vocabulary,
               std::span<const double> thresholds) {
  if (predictions.size() != labels.size()) {
    throw UsageError("scores: " + std::to_string(predictions.size()) + " predictions for " +
                     std::to_string(labels.size()) + " labels");
  }
  check_length(thresholds.size(), vocabulary.action_units.size(), "thresholds");
  for (std::size_t i = 0; i < labels.size(); ++i) {
    check_entry(predictions[i], labels[i], vocabulary);
  }
}

void score_valence_arousal(std::span<const Prediction> predictions,
                           std::span<const Label> labels,
                           Scores& scores) {
  std::vector<double> valence[2];  // predicted, labelled
  std::vector<double> arousal[2];
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const Prediction& said = predictions[i];
    const Label& label = labels[i];
    if (!label.valence || !label.arousal || !said.valence || !said.arousal) continue;
    valence[0].push_back(static_cast<double>(*said.valence));
    valence[1].push_back(static_cast<double>(*label.valence));
    arousal[0].push_back(static_cast<double>(*said.arousal));
    arousal[1].push_back(static_cast<double>(*label.arousal));
  }
  scores.valence_arousal_labels = static_cast<std::int64_t>(valence[0].size());
  scores.ccc_valence = concordance(valence[0], valence[1]);
  scores.ccc_arousal = concordance(arousal[0], arousal[1]);
  if (scores.ccc_valence && scores.ccc_arousal) {
    scores.ccc = (*scores.ccc_valence + *scores.ccc_arousal) / 2.0;
  }
}

void score_expressions(std::span<const Prediction> predictions,
                       std::span<const Label> labels,
                       Scores& scores) {
  const std::size_t classes = scores.expressions.size();
  scores.confusion.assign(classes, std::vector<std::int64_t>(classes, 0));
  std::int64_t right = 0;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const std::vector<float>& said = predictions[i].expression;
    if (labels[i].expression < 0 || said.empty()) continue;
    const auto label = static_cast<std::size_t>(labels[i].expression);
    const std::size_t answer = most_probable(said);
    ++scores.confusion[label][answer];
    right += label == answer ? 1 : 0;
    ++scores.expression_labels;
    for (std::size_t c = 0; c < classes; ++c) {
      count(scores.expressions[c], label == c, answer == c);
    }
  }
  for (ClassScore& score : scores.expressions) finish(score);
  scores.expression_f1 = mean_member(scores.expressions, &ClassScore::f1);
  scores.expression_macro_accuracy = mean_member(scores.expressions, &ClassScore::recall);
  scores.expression_calibration_error = calibration_error(predictions, labels);
  if (scores.expression_labels > 0) {
    scores.expression_accuracy =
        static_cast<double>(right) / static_cast<double>(scores.expression_labels);
  }
}

void score_action_units(std::span<const Prediction> predictions,
                        std::span<const Label> labels,
                        std::span<const double> thresholds,
                        Scores& scores) {
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const std::vector<float>& said = predictions[i].action_units;
    const std::vector<std::int8_t>& truth = labels[i].action_units;
    if (said.empty() || truth.empty()) continue;
    for (std::size_t u = 0; u < truth.size(); ++u) {
      if (truth[u] < 0) continue;
      const bool present = unit_present(static_cast<double>(said[u]), thresholds, u);
      count(scores.action_units[u], truth[u] == 1, present);
    }
  }
  for (ClassScore& score : scores.action_units) finish(score);
  scores.action_unit_f1 = mean_member(scores.action_units, &ClassScore::f1);
}

std::size_t most_frequent_class(std::span<const Label> labels, std::size_t classes) {
  std::vector<std::int64_t> counts(classes, 0);
  for (const Label& label : labels) {
    const auto expression = static_cast<std::size_t>(label.expression);
    if (label.expression >= 0 && expression < classes) ++counts[expression];
  }
  return most_probable(counts);
}

}  // namespace

std::optional<double> concordance(std::span<const double> a, std::span<const double> b) {
  if (a.size() != b.size()) {
    throw UsageError("concordance of lists of different length");
  }
  if (a.size() < 2) return std::nullopt;
  const double mean_a = mean_of(a);
  const double mean_b = mean_of(b);
  double squares_a = 0.0;
  double squares_b = 0.0;
  double products = 0.0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    squares_a += (a[i] - mean_a) * (a[i] - mean_a);
    squares_b += (b[i] - mean_b) * (b[i] - mean_b);
    products += (a[i] - mean_a) * (b[i] - mean_b);
  }
  const auto n = static_cast<double>(a.size());
  const double apart = (mean_a - mean_b) * (mean_a - mean_b);
  const double denominator = squares_a / n + squares_b / n + apart;
  return denominator == 0.0 ? 0.0 : 2.0 * (products / n) / denominator;
}

double f1_score(std::int64_t true_positive,
                std::int64_t false_positive,
                std::int64_t false_negative) {
  const std::int64_t denominator = 2 * true_positive + false_positive + false_negative;
  if (denominator == 0) return 0.0;
  return 2.0 * static_cast<double>(true_positive) / static_cast<double>(denominator);
}

namespace {

bool same_names(std::vector<std::string> a, std::vector<std::string> b) {
  std::sort(a.begin(), a.end());
  std::sort(b.begin(), b.end());
  return a == b;
}

/// P_MTL is the challenge's, and no other classes' or units'.
bool is_abaw_mtl(const Vocabulary& vocabulary) {
  const Vocabulary abaw = abaw_mtl_vocabulary();
  return same_names(vocabulary.expressions, abaw.expressions) &&
         same_names(vocabulary.action_units, abaw.action_units);
}

}  // namespace

Scores score(std::span<const Prediction> predictions,
             std::span<const Label> labels,
             const Vocabulary& vocabulary,
             std::span<const double> thresholds) {
  check_all(predictions, labels, vocabulary, thresholds);
  Scores scores;
  scores.samples = static_cast<std::int64_t>(labels.size());
  scores.expressions = named_scores(vocabulary.expressions);
  scores.action_units = named_scores(vocabulary.action_units);
  if (vocabulary.valence_arousal) score_valence_arousal(predictions, labels, scores);
  score_expressions(predictions, labels, scores);
  score_action_units(predictions, labels, thresholds, scores);

  for (const auto& task : {scores.ccc, scores.expression_f1, scores.action_unit_f1}) {
    if (task) scores.total = scores.total.value_or(0.0) + *task;
  }
  const bool all_three = scores.ccc && scores.expression_f1 && scores.action_unit_f1;
  if (all_three && is_abaw_mtl(vocabulary)) scores.p_mtl = scores.total;
  return scores;
}

Scores score_constant(std::span<const Label> labels, const Vocabulary& vocabulary) {
  double valence = 0.0;
  double arousal = 0.0;
  std::int64_t labelled = 0;
  for (const Label& label : labels) {
    if (!label.valence || !label.arousal) continue;
    valence += static_cast<double>(*label.valence);
    arousal += static_cast<double>(*label.arousal);
    ++labelled;
  }
  Prediction answer;
  const auto n = static_cast<double>(std::max<std::int64_t>(labelled, 1));
  answer.valence = static_cast<float>(valence / n);
  answer.arousal = static_cast<float>(arousal / n);
  const std::size_t classes = vocabulary.expressions.size();
  answer.expression.assign(classes, 0.0F);
  if (classes > 0) answer.expression[most_frequent_class(labels, classes)] = 1.0F;
  answer.action_units.assign(vocabulary.action_units.size(), 1.0F);
  const std::vector<Prediction> answers(labels.size(), answer);
  Scores scores = score(answers, labels, vocabulary);
  scores.expression_calibration_error.reset();  // its 1 is an answer, not a probability
  return scores;
}

}  // namespace mien
