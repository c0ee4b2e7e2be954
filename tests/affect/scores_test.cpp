#include "mien/affect/scores.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mien/core/random.h"
#include "mien/error.h"

namespace mien {
namespace {

using ::testing::ElementsAre;

const Vocabulary kSmall = {{"neutral", "anger", "fear"}, {"AU01", "AU02"}, true};

Label label_of(int expression, std::vector<std::int8_t> units = {}) {
  Label label;
  label.expression = expression;
  label.action_units = std::move(units);
  return label;
}

Label label_of(float valence, float arousal) {
  Label label;
  label.valence = valence;
  label.arousal = arousal;
  return label;
}

Prediction answer_of(std::size_t expression,
                     std::vector<float> units = {0, 0},
                     float valence = 0,
                     float arousal = 0) {
  Prediction prediction;
  prediction.expression.assign(3, 0.125F);
  prediction.expression[expression] = 0.75F;
  prediction.action_units = std::move(units);
  prediction.valence = valence;
  prediction.arousal = arousal;
  return prediction;
}

TEST(Concordance, IsWorkedByHand) {
  // Means 2 and 3, population variances 2/3 and 8/3, covariance 4/3: (8/3) / (10/3 + 1).
  const std::vector<double> a = {1, 2, 3};
  const std::vector<double> b = {1, 3, 5};
  EXPECT_DOUBLE_EQ(concordance(a, b).value(), 8.0 / 13.0);
}

TEST(Concordance, IsOneForEqualAndMinusOneForOpposite) {
  RandomStream random(1);
  std::vector<double> a(100);
  std::vector<double> b(100);
  double mean = 0;
  for (double& value : a) mean += (value = random.uniform(-1, 1)) / 100;
  for (std::size_t i = 0; i < 100; ++i) b[i] = 2 * mean - a[i];
  EXPECT_DOUBLE_EQ(concordance(a, a).value(), 1.0);
  EXPECT_NEAR(concordance(a, b).value(), -1.0, 1e-12);
}

TEST(Concordance, IsSymmetricAndBelowTheCorrelation) {
  for (std::uint64_t key = 0; key < 50; ++key) {
    RandomStream random({2, key});
    std::vector<double> a(30);
    std::vector<double> b(30);
    for (std::size_t i = 0; i < a.size(); ++i) {
      a[i] = random.normal();
      b[i] = 0.5 * a[i] + random.normal() + 1;
    }
    const double one = concordance(a, b).value();
    EXPECT_DOUBLE_EQ(one, concordance(b, a).value());
    double ma = 0, mb = 0, saa = 0, sbb = 0, sab = 0;
    for (std::size_t i = 0; i < a.size(); ++i) ma += a[i] / 30, mb += b[i] / 30;
    for (std::size_t i = 0; i < a.size(); ++i) {
      saa += (a[i] - ma) * (a[i] - ma);
      sbb += (b[i] - mb) * (b[i] - mb);
      sab += (a[i] - ma) * (b[i] - mb);
    }
    EXPECT_LE(std::abs(one), std::abs(sab / std::sqrt(saa * sbb)) + 1e-12);
    // Lin's other form: one minus the mean squared difference over what it would be without
    // relation.
    double squared = 0;
    for (std::size_t i = 0; i < a.size(); ++i) squared += (a[i] - b[i]) * (a[i] - b[i]) / 30;
    EXPECT_NEAR(one, 1 - squared / (saa / 30 + sbb / 30 + (ma - mb) * (ma - mb)), 1e-12);
  }
}

TEST(Concordance, IsNothingOrZeroWhereItIsNotDefined) {
  EXPECT_FALSE(concordance({}, {}));
  const std::vector<double> one = {0.5};
  EXPECT_FALSE(concordance(one, one));
  const std::vector<double> same = {0.5, 0.5};
  EXPECT_EQ(concordance(same, same), 0.0);
  const std::vector<double> two = {0.1, 0.9};
  EXPECT_EQ(concordance(same, two), 0.0);
  EXPECT_THROW(concordance(one, two), UsageError);
}

TEST(F1Score, CountsBothKindsOfMistake) {
  EXPECT_DOUBLE_EQ(f1_score(3, 1, 2), 6.0 / 9.0);
  EXPECT_DOUBLE_EQ(f1_score(5, 0, 0), 1.0);
  EXPECT_EQ(f1_score(0, 4, 0), 0.0);
  EXPECT_EQ(f1_score(0, 0, 0), 0.0);
}

TEST(Score, CountsExpressionsByHand) {
  const std::vector<Label> labels = {
      label_of(0), label_of(0), label_of(1), label_of(1), label_of(-1)};
  const std::vector<Prediction> answers = {
      answer_of(0), answer_of(1), answer_of(1), answer_of(1), answer_of(2)};
  const Scores scores = score(answers, labels, kSmall);
  EXPECT_EQ(scores.samples, 5);
  EXPECT_EQ(scores.expression_labels, 4);
  EXPECT_DOUBLE_EQ(scores.expressions[0].f1.value(), 2.0 / 3.0);
  EXPECT_DOUBLE_EQ(scores.expressions[1].f1.value(), 0.8);
  // Never labelled; said once, but of a picture without a label. It is 0 and counts in the mean.
  EXPECT_EQ(scores.expressions[2].f1, 0.0);
  EXPECT_EQ(scores.expressions[2].false_positive, 0);
  EXPECT_FALSE(scores.expressions[2].recall);
  EXPECT_DOUBLE_EQ(scores.expression_f1.value(), (2.0 / 3.0 + 0.8) / 3.0);
  EXPECT_DOUBLE_EQ(scores.expression_accuracy.value(), 0.75);
  EXPECT_DOUBLE_EQ(scores.expression_macro_accuracy.value(), 0.75);  // of two classes: 1/2 and 1
  EXPECT_THAT(scores.confusion,
              ElementsAre(ElementsAre(1, 1, 0), ElementsAre(0, 2, 0), ElementsAre(0, 0, 0)));
  EXPECT_DOUBLE_EQ(scores.total.value(), scores.expression_f1.value());
  EXPECT_FALSE(scores.p_mtl);
}

TEST(Score, CountsUnitsByHand) {
  const std::vector<Label> labels = {label_of(-1, {1, -1}),
                                     label_of(-1, {0, -1}),
                                     label_of(-1, {-1, -1}),
                                     label_of(-1, {1, -1}),
                                     label_of(-1)};
  const std::vector<Prediction> answers = {answer_of(0, {0.5F, 1}),
                                           answer_of(0, {0.9F, 1}),
                                           answer_of(0, {0.9F, 1}),
                                           answer_of(0, {0.49F, 1}),
                                           answer_of(0, {0.9F, 1})};
  const Scores scores = score(answers, labels, kSmall);
  const ClassScore& first = scores.action_units[0];
  EXPECT_EQ(first.labels, 3);
  EXPECT_EQ(first.positives, 2);
  EXPECT_EQ(first.true_positive, 1);
  EXPECT_EQ(first.false_positive, 1);
  EXPECT_EQ(first.false_negative, 1);
  EXPECT_DOUBLE_EQ(first.f1.value(), 0.5);
  EXPECT_EQ(scores.action_units[1].labels, 0);
  EXPECT_FALSE(scores.action_units[1].f1);  // no label: left out of the mean
  EXPECT_DOUBLE_EQ(scores.action_unit_f1.value(), 0.5);
}

TEST(Score, TakesAThresholdAUnit) {
  const std::vector<Label> labels = {label_of(-1, {1, 1})};
  const std::vector<Prediction> answers = {answer_of(0, {0.5F, 0.6F})};
  const std::vector<double> thresholds = {0.51, 0.6F};
  const Scores scores = score(answers, labels, kSmall, thresholds);
  EXPECT_EQ(scores.action_units[0].f1, 0.0);
  EXPECT_EQ(scores.action_units[1].f1, 1.0);
}

TEST(Score, TakesValenceAndArousalOnlyTogetherAndUnclipped) {
  std::vector<Label> labels = {label_of(0.5F, -0.5F), label_of(1, 1), label_of(0, 0.25F)};
  labels.push_back(label_of(-1));
  labels.back().valence = -1.0F;  // without arousal
  const std::vector<Prediction> answers = {answer_of(0, {0, 0}, 1.5F, -1.5F),
                                           answer_of(0, {0, 0}, 2.0F, 1.0F),
                                           answer_of(0, {0, 0}, 0.0F, 0.5F),
                                           answer_of(0, {0, 0}, 9.0F, 9.0F)};
  const Scores scores = score(answers, labels, kSmall);
  EXPECT_EQ(scores.valence_arousal_labels, 3);
  const std::vector<double> valence = {0.5, 1, 0};
  const std::vector<double> said = {1.5, 2, 0};
  EXPECT_DOUBLE_EQ(scores.ccc_valence.value(), concordance(said, valence).value());
  EXPECT_DOUBLE_EQ(scores.ccc.value(),
                   (scores.ccc_valence.value() + scores.ccc_arousal.value()) / 2);
}

TEST(Score, HasNothingToSayWithoutLabels) {
  const std::vector<Label> labels = {label_of(-1), label_of(-1, {-1, -1}), label_of(0.5F, 0.5F)};
  const std::vector<Prediction> answers(3, answer_of(1));
  const Scores scores = score(answers, labels, kSmall);
  EXPECT_FALSE(scores.ccc);  // one pair is too few
  EXPECT_FALSE(scores.expression_f1);
  EXPECT_FALSE(scores.expression_accuracy);
  EXPECT_FALSE(scores.expressions[0].f1);
  EXPECT_FALSE(scores.action_unit_f1);
  EXPECT_FALSE(scores.total);
  EXPECT_FALSE(scores.p_mtl);
  EXPECT_FALSE(score({}, {}, kSmall).total);
}

TEST(Score, LeavesOutTasksThatTheNetworkLacks) {
  std::vector<Label> labels = {label_of(0.5F, 0.1F), label_of(0.1F, 0.2F)};
  labels[0].expression = 0;
  std::vector<Prediction> answers(2);
  answers[0].expression = {1, 0, 0};
  answers[1].expression = {1, 0, 0};
  const Scores scores = score(answers, labels, kSmall);
  EXPECT_FALSE(scores.ccc);
  EXPECT_DOUBLE_EQ(scores.total.value(), 1.0 / 3.0);
  Vocabulary without = kSmall;
  without.valence_arousal = false;
  answers.assign(2, answer_of(0));
  EXPECT_EQ(score(answers, labels, without).valence_arousal_labels, 0);
}

struct RandomSet {
  std::vector<Label> labels;
  std::vector<Prediction> answers;
};

RandomSet random_set(std::uint64_t key, std::int64_t size) {
  RandomStream random({17, key});
  RandomSet set;
  for (std::int64_t i = 0; i < size; ++i) {
    Label label = label_of(static_cast<int>(random.below(4)) - 1,
                           {static_cast<std::int8_t>(random.below(3) - 1),
                            static_cast<std::int8_t>(random.below(3) - 1)});
    if (random.chance(0.7)) label.valence = static_cast<float>(random.uniform(-1, 1));
    if (random.chance(0.7)) label.arousal = static_cast<float>(random.uniform(-1, 1));
    set.labels.push_back(label);
    const auto number = [&] { return static_cast<float>(random.uniform(-1, 1)); };
    const auto units = {static_cast<float>(random.uniform()), static_cast<float>(random.uniform())};
    set.answers.push_back(
        answer_of(static_cast<std::size_t>(random.below(3)), units, number(), number()));
  }
  return set;
}

TEST(Score, NeverCountsAMissingLabel) {
  for (std::uint64_t key = 0; key < 20; ++key) {
    RandomSet set = random_set(key, 60);
    const std::string before = scores_to_json(score(set.answers, set.labels, kSmall));
    for (std::size_t i = 0; i < set.labels.size(); ++i) {
      Prediction& answer = set.answers[i];
      if (!set.labels[i].has_valence_arousal()) {
        answer.valence = std::numeric_limits<float>::quiet_NaN();
        answer.arousal = 99.0F;
      }
      if (set.labels[i].expression < 0) answer.expression = {0, 0, 1};
      for (std::size_t u = 0; u < 2; ++u) {
        if (set.labels[i].action_units[u] < 0) answer.action_units[u] = 1.0F;
      }
    }
    EXPECT_EQ(scores_to_json(score(set.answers, set.labels, kSmall)), before);
  }
}

// The definitions again, one set at a time, the slow way: precision and recall by counting pairs.
double slow_f1(const std::vector<int>& truth, const std::vector<int>& said) {
  double both = 0, positives = 0, answers = 0;
  for (std::size_t i = 0; i < truth.size(); ++i) {
    both += truth[i] * said[i];
    positives += truth[i];
    answers += said[i];
  }
  if (both == 0) return 0;
  const double precision = both / answers;
  const double recall = both / positives;
  return 2 * precision * recall / (precision + recall);
}

TEST(Score, AgreesWithPrecisionAndRecall) {
  for (std::uint64_t key = 0; key < 50; ++key) {
    const RandomSet set = random_set(key, 40);
    const Scores scores = score(set.answers, set.labels, kSmall);
    double expression_mean = 0;
    for (int c = 0; c < 3; ++c) {
      std::vector<int> truth, said;
      for (std::size_t i = 0; i < set.labels.size(); ++i) {
        if (set.labels[i].expression < 0) continue;
        truth.push_back(set.labels[i].expression == c ? 1 : 0);
        said.push_back(set.answers[i].expression[static_cast<std::size_t>(c)] > 0.5F ? 1 : 0);
      }
      EXPECT_NEAR(*scores.expressions[static_cast<std::size_t>(c)].f1, slow_f1(truth, said), 1e-12);
      expression_mean += slow_f1(truth, said) / 3;
    }
    double unit_mean = 0;
    for (std::size_t u = 0; u < 2; ++u) {
      std::vector<int> truth, said;
      for (std::size_t i = 0; i < set.labels.size(); ++i) {
        if (set.labels[i].action_units[u] < 0) continue;
        truth.push_back(set.labels[i].action_units[u]);
        said.push_back(set.answers[i].action_units[u] >= 0.5F ? 1 : 0);
      }
      unit_mean += slow_f1(truth, said) / 2;
    }
    EXPECT_NEAR(*scores.expression_f1, expression_mean, 1e-12);
    EXPECT_NEAR(*scores.action_unit_f1, unit_mean, 1e-12);
    EXPECT_NEAR(*scores.total, *scores.ccc + expression_mean + unit_mean, 1e-12);
    EXPECT_FALSE(scores.p_mtl) << "not the challenge's classes";
  }
}

TEST(Score, DoesNotDependOnTheOrder) {
  RandomSet set = random_set(1, 100);
  const Scores before = score(set.answers, set.labels, kSmall);
  std::reverse(set.answers.begin(), set.answers.end());
  std::reverse(set.labels.begin(), set.labels.end());
  const Scores after = score(set.answers, set.labels, kSmall);
  EXPECT_NEAR(after.total.value(), before.total.value(), 1e-12);
}

TEST(Score, RefusesWhatDoesNotFit) {
  const std::vector<Label> labels = {label_of(0, {1, 0})};
  const std::vector<Prediction> answers = {answer_of(0)};
  EXPECT_THROW(score({}, labels, kSmall), UsageError);
  const std::vector<double> thresholds = {0.5};
  EXPECT_THROW(score(answers, labels, kSmall, thresholds), UsageError);
  EXPECT_THROW(score(answers, labels, abaw_mtl_vocabulary()), UsageError);
  const std::vector<Label> beyond = {label_of(3)};
  EXPECT_THROW(score(answers, beyond, kSmall), UsageError);
  std::vector<Prediction> longer = answers;
  longer[0].expression.push_back(0);
  EXPECT_THROW(score(longer, labels, kSmall), UsageError);
}

TEST(ScoreConstant, AnswersTheMostFrequent) {
  std::vector<Label> labels = {
      label_of(1, {1, 0}), label_of(1, {0, -1}), label_of(2, {1, -1}), label_of(-1)};
  labels[0].valence = 0.3F;
  labels[0].arousal = 0.1F;
  labels[1].valence = -0.7F;
  labels[1].arousal = 0.7F;
  const Scores scores = score_constant(labels, kSmall);
  EXPECT_DOUBLE_EQ(scores.expression_accuracy.value(), 2.0 / 3.0);
  EXPECT_DOUBLE_EQ(scores.expression_f1.value(), 0.8 / 3.0);  // tp 2, fp 1, of three classes
  EXPECT_DOUBLE_EQ(scores.action_units[0].f1.value(), 0.8);
  EXPECT_EQ(scores.action_units[1].f1, 0.0);  // never present: no answer scores
  EXPECT_NEAR(scores.ccc.value(), 0.0, 1e-12);
  EXPECT_FALSE(scores.expression_calibration_error) << "a constant says no probability";
  EXPECT_FALSE(score_constant({}, kSmall).total);
  EXPECT_FALSE(score_constant(std::vector<Label>(3), Vocabulary()).total);
}

TEST(ScoreConstant, IsNotBeatenByAnyOtherConstant) {
  for (std::uint64_t key = 0; key < 20; ++key) {
    const RandomSet set = random_set(key, 50);
    const Scores best = score_constant(set.labels, kSmall);
    for (std::size_t c = 0; c < 3; ++c) {
      for (const float unit : {0.0F, 1.0F}) {
        const std::vector<Prediction> answers(set.labels.size(), answer_of(c, {unit, unit}));
        const Scores other = score(answers, set.labels, kSmall);
        EXPECT_LE(other.expression_f1.value(), best.expression_f1.value());
        EXPECT_LE(other.expression_accuracy.value(), best.expression_accuracy.value());
        EXPECT_LE(other.action_unit_f1.value(), best.action_unit_f1.value());
      }
    }
  }
}

}  // namespace
}  // namespace mien
