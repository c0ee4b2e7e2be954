#include "mien/evaluate/tune.h"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mien/affect/calibration.h"
#include "mien/affect/decisions.h"
#include "mien/core/random.h"
#include "mien/error.h"

namespace mien {
namespace {

using testing::ElementsAre;

double f1_at(const std::vector<ScoredFlag>& flags, double threshold) {
  std::int64_t counts[2][2] = {};
  for (const ScoredFlag& flag : flags) {
    ++counts[flag.present ? 1 : 0][static_cast<double>(flag.probability) >= threshold ? 1 : 0];
  }
  return f1_score(counts[1][1], counts[0][1], counts[1][0]);
}

TEST(BestThreshold, IsHalfWayBetweenTheNeighbours) {
  // Both positives and none of the negatives: anything in (.25, .375].
  EXPECT_EQ(best_threshold({{0.125F, false}, {0.25F, false}, {0.375F, true}, {0.75F, true}}),
            0.3125);
}

TEST(BestThreshold, StaysAtOneHalfWhereThatIsAsGood) {
  EXPECT_EQ(best_threshold({{0.25F, false}, {0.375F, false}, {0.75F, true}}), 0.5);
  EXPECT_EQ(best_threshold({}), 0.5);
  EXPECT_EQ(best_threshold({{0.25F, false}, {0.75F, false}}), 0.5) << "F1 is 0 everywhere";
}

TEST(BestThreshold, NeverTellsEqualProbabilitiesApart) {
  // One of the three at .25 is negative: with them F1 is 6/7, without them 2/4.
  const std::vector<ScoredFlag> flags = {
      {0.25F, true}, {0.25F, false}, {0.25F, true}, {0.125F, false}, {0.75F, true}};
  EXPECT_EQ(best_threshold(flags), 0.1875);
  EXPECT_NEAR(f1_at(flags, 0.1875), 6.0 / 7, 1e-12);
}

TEST(BestThreshold, TakesEverythingOrAlmostNothing) {
  const double all = best_threshold({{0.125F, true}, {0.25F, false}, {0.375F, true}});
  EXPECT_EQ(all, 0.0625);  // below the smallest
  const double top = best_threshold({{0.75F, false}, {0.875F, true}});
  EXPECT_EQ(top, 0.8125);
  EXPECT_EQ(best_threshold({{1.0F, true}, {1.0F, false}}), 0.5) << "nothing lies above 1";
}

TEST(BestThreshold, OfEquallyGoodOnesTheNearestToOneHalf) {
  // F1 is 2/3 with the first positive alone and 2/3 with all four.
  const std::vector<ScoredFlag> flags = {
      {0.9375F, true}, {0.875F, false}, {0.25F, false}, {0.125F, true}};
  EXPECT_NEAR(f1_at(flags, 0.9), f1_at(flags, 0.1), 1e-12);
  EXPECT_EQ(best_threshold(flags), 0.90625);  // .41 from 1/2; the other would be .44
}

TEST(BestThreshold, IsNeverWorseThanAnyOther) {
  RandomStream random({11});
  for (int round = 0; round < 40; ++round) {
    std::vector<ScoredFlag> flags;
    for (int i = 0; i < 30; ++i) {
      const bool present = random.chance(0.3);
      const double probability = random.uniform(0, 0.6) + (present ? 0.2 : 0);
      // Coarse, so that there are ties.
      flags.push_back({static_cast<float>(std::round(probability * 16) / 16), present});
    }
    const double best = f1_at(flags, best_threshold(flags));
    for (int step = 0; step <= 64; ++step) {
      const double threshold = step / 64.0;
      EXPECT_GE(best, f1_at(flags, threshold)) << round << " " << threshold;
    }
  }
}

std::vector<Prediction> saying(float probability, std::size_t count) {
  Prediction prediction;
  prediction.expression = {probability, 1 - probability};
  return std::vector<Prediction>(count, prediction);
}

std::vector<Label> expressions(const std::vector<int>& classes) {
  std::vector<Label> labels(classes.size());
  for (std::size_t i = 0; i < classes.size(); ++i) labels[i].expression = classes[i];
  return labels;
}

TEST(BestTemperature, MakesTheProbabilityTheShareThatIsRight) {
  // Said .9, right three times of four: (.9 / .1)^(1/T) = 3, so T = log 9 / log 3 = 2.
  EXPECT_NEAR(best_temperature(saying(0.9F, 4), expressions({0, 0, 0, 1})), 2, 1e-5);
  // Said .6, right nine times of ten: T = log 1.5 / log 9.
  EXPECT_NEAR(best_temperature(saying(0.6F, 10), expressions({0, 0, 0, 0, 0, 0, 0, 0, 0, 1})),
              std::log(1.5) / std::log(9.0),
              1e-5);
}

TEST(BestTemperature, IsBoundWhereNothingBindsIt) {
  EXPECT_EQ(best_temperature(saying(0.6F, 2), expressions({0, 0})), 1.0 / 20);
  EXPECT_EQ(best_temperature(saying(0.9F, 2), expressions({1, 1})), 20);
  EXPECT_EQ(best_temperature(saying(0.9F, 2), expressions({-1, -1})), 1);
}

/// Answers that know something, and labels of which some are missing.
struct MadeSet {
  Vocabulary vocabulary{{"neutral", "anger", "fear"}, {"AU01", "AU12"}, false};
  std::vector<Prediction> predictions;
  std::vector<Label> labels;
  std::vector<std::int64_t> folds;

  explicit MadeSet(int count, double rare) {
    RandomStream random({5});
    for (int i = 0; i < count; ++i) {
      const int truth = static_cast<int>(random.below(3));
      Label label;
      label.expression = i % 7 == 0 ? -1 : truth;
      label.action_units = {std::int8_t(random.chance(0.4) ? 1 : 0),
                            std::int8_t(random.chance(rare) ? 1 : 0)};
      Prediction prediction;
      prediction.expression.assign(3, 0.05F);
      const int said = random.chance(0.7) ? truth : static_cast<int>(random.below(3));
      prediction.expression[static_cast<std::size_t>(said)] = 0.9F;
      for (const std::int8_t flag : label.action_units) {
        prediction.action_units.push_back(
            static_cast<float>(random.uniform(0.02, 0.4) + (flag == 1 ? 0.15 : 0)));
      }
      labels.push_back(label);
      predictions.push_back(prediction);
      folds.push_back(i % 5);
    }
  }
};

TEST(FitTuning, IsNeverWorseOnItsOwnPictures) {
  const MadeSet set(200, 0.3);
  const Tuning tuning = fit_tuning(set.predictions, set.labels, set.vocabulary, 10);
  EXPECT_TRUE(tuning.left.empty());
  const std::vector<Prediction> after = at_temperature(set.predictions, tuning.temperature);
  const Scores plain = score(set.predictions, set.labels, set.vocabulary);
  const Scores tuned = score(after, set.labels, set.vocabulary, tuning.thresholds);
  for (std::size_t unit = 0; unit < 2; ++unit) {
    EXPECT_GT(tuned.action_units[unit].f1.value(), plain.action_units[unit].f1.value());
  }
  EXPECT_GT(tuning.temperature, 1) << "the answers are surer than they are right";
  EXPECT_LT(negative_log_likelihood(after, set.labels).value(),
            negative_log_likelihood(set.predictions, set.labels).value());
  EXPECT_LT(tuned.expression_calibration_error.value(), plain.expression_calibration_error.value());
  EXPECT_EQ(tuned.confusion, plain.confusion) << "no answer changes";
}

TEST(FitTuning, WhatIsRareIsLeft) {
  const MadeSet set(200, 0.02);
  const Tuning tuning = fit_tuning(set.predictions, set.labels, set.vocabulary, 10);
  EXPECT_NE(tuning.thresholds[0], kUnitThreshold);
  EXPECT_EQ(tuning.thresholds[1], kUnitThreshold);
  ASSERT_EQ(tuning.left.size(), 1U);
  EXPECT_THAT(tuning.left[0], testing::StartsWith("AU12: "));
  const Tuning few = fit_tuning(
      std::span(set.predictions).first(8), std::span(set.labels).first(8), set.vocabulary, 10);
  EXPECT_EQ(few.temperature, 1);
  EXPECT_THAT(few.thresholds, ElementsAre(0.5, 0.5));
  EXPECT_EQ(few.left.size(), 3U);
}

TEST(CrossValidate, DecidesEachFoldByTheOthers) {
  // The unit is present at .3 and up in fold 0, at .1 and up in fold 1: what each teaches fails
  // on the other.
  const Vocabulary vocabulary{{}, {"AU01"}, false};
  std::vector<Prediction> predictions;
  std::vector<Label> labels;
  std::vector<std::int64_t> folds;
  const auto add = [&](float probability, int present, std::int64_t fold) {
    Prediction prediction;
    prediction.action_units = {probability};
    predictions.push_back(prediction);
    Label label;
    label.action_units = {static_cast<std::int8_t>(present)};
    labels.push_back(label);
    folds.push_back(fold);
  };
  add(0.25F, 0, 0);
  add(0.375F, 1, 0);  // alone: .3125
  add(0.0625F, 0, 1);
  add(0.125F, 1, 1);  // alone: .09375
  const CrossValidation result = cross_validate(predictions, labels, vocabulary, folds, 1);
  const ClassScore& unit = result.scores.action_units[0];
  EXPECT_EQ(unit.true_positive, 1);   // .375 by the threshold .09375
  EXPECT_EQ(unit.false_positive, 1);  // .25 by it
  EXPECT_EQ(unit.false_negative, 1);  // .125 by the threshold .3125
  EXPECT_FALSE(result.negative_log_likelihood.has_value());
  EXPECT_THROW(cross_validate(predictions, labels, vocabulary, {}, 1), UsageError);
}

TEST(CrossValidate, ExpectsLessThanTheFit) {
  const MadeSet set(200, 0.3);
  const Tuning tuning = fit_tuning(set.predictions, set.labels, set.vocabulary, 10);
  const Scores fitted = score(set.predictions, set.labels, set.vocabulary, tuning.thresholds);
  const CrossValidation result =
      cross_validate(set.predictions, set.labels, set.vocabulary, set.folds, 10);
  EXPECT_LE(result.scores.action_unit_f1.value(), fitted.action_unit_f1.value());
  EXPECT_GE(result.negative_log_likelihood.value(),
            negative_log_likelihood(at_temperature(set.predictions, tuning.temperature), set.labels)
                .value());
}

}  // namespace
}  // namespace mien
