#include "mien/affect/prediction_mean.h"

#include <numeric>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mien/error.h"

namespace mien {
namespace {

using testing::ElementsAre;
using testing::FloatNear;

const Vocabulary kFirst{{"neutral", "happiness"}, {"AU01", "AU12"}, true};
const Vocabulary kSecond{{"Happy", "fear", "neutral"}, {"AU12", "AU25"}, false};

TEST(PredictionMean, OneNetworksAnswersStay) {
  const Prediction one{0.25F, -1.5F, {0.3F, 0.7F}, {0.1F, 0.2F}};
  const PredictionMean mean({kFirst});
  EXPECT_EQ(mean.vocabulary(), kFirst);
  const Prediction same = mean(std::vector{one});
  EXPECT_EQ(same.valence, one.valence);
  EXPECT_EQ(same.arousal, one.arousal);
  EXPECT_EQ(same.expression, one.expression);
  EXPECT_EQ(same.action_units, one.action_units);
}

TEST(PredictionMean, JoinsByName) {
  const PredictionMean mean({kFirst, kSecond});
  EXPECT_THAT(mean.vocabulary().expressions, ElementsAre("neutral", "happiness", "fear"));
  EXPECT_THAT(mean.vocabulary().action_units, ElementsAre("AU01", "AU12", "AU25"));
  EXPECT_TRUE(mean.vocabulary().valence_arousal);
  const Prediction both = mean(
      std::vector<Prediction>{{0.5F, 0.25F, {0.25F, 0.75F}, {0.5F, 0.5F}},
                              {std::nullopt, std::nullopt, {0.25F, 0.5F, 0.25F}, {0.25F, 1.0F}}});
  EXPECT_EQ(both.valence, 0.5F);  // only the first says so
  EXPECT_EQ(both.arousal, 0.25F);
  EXPECT_THAT(both.action_units, ElementsAre(0.5F, 0.375F, 1.0F));
  // Means 0.25, 0.5 and 0.5 (of one), scaled to sum 1.
  EXPECT_THAT(both.expression,
              ElementsAre(FloatNear(0.2F, 1e-6F), FloatNear(0.4F, 1e-6F), FloatNear(0.4F, 1e-6F)));
}

TEST(PredictionMean, TheOrderOfNetworksChangesNamesOrderOnly) {
  const Prediction a{0.1F, 0.2F, {0.4F, 0.6F}, {0.3F, 0.9F}};
  const Prediction b{std::nullopt, std::nullopt, {0.2F, 0.3F, 0.5F}, {0.7F, 0.1F}};
  const Prediction ab = PredictionMean({kFirst, kSecond})(std::vector{a, b});
  const Prediction ba = PredictionMean({kSecond, kFirst})(std::vector{b, a});
  EXPECT_FLOAT_EQ(ab.expression[0], ba.expression[2]);  // neutral
  EXPECT_FLOAT_EQ(ab.expression[2], ba.expression[1]);  // fear
  EXPECT_FLOAT_EQ(ab.action_units[1], ba.action_units[0]);
  EXPECT_NEAR(std::accumulate(ab.expression.begin(), ab.expression.end(), 0.0), 1, 1e-6);
}

TEST(PredictionMean, WhatNoneSaysIsMissing) {
  const PredictionMean mean({kFirst, kFirst});
  const Prediction nothing = mean(std::vector<Prediction>(2));
  EXPECT_FALSE(nothing.valence.has_value());
  EXPECT_TRUE(nothing.expression.empty());
  EXPECT_TRUE(nothing.action_units.empty());
}

TEST(PredictionMean, ThresholdsFollow) {
  const PredictionMean mean({kFirst, kSecond});
  EXPECT_THAT(mean.thresholds({{0.25, 0.75}, {}}), ElementsAre(0.25, 0.625, 0.5));
  EXPECT_THROW(mean.thresholds({{0.25}, {}}), UsageError);
}

TEST(PredictionMean, OneNetworkKeepsItsNames) {
  EXPECT_EQ(PredictionMean({kSecond}).vocabulary(), kSecond);
}

TEST(PredictionMean, WeightsCount) {
  const PredictionMean mean({kFirst, kFirst}, {3, 1});
  const Prediction both = mean(std::vector<Prediction>{{0.5F, 0, {1, 0}, {1, 0}},  //
                                                       {0.1F, 1, {0, 1}, {0, 1}}});
  EXPECT_FLOAT_EQ(both.valence.value(), 0.4F);
  EXPECT_FLOAT_EQ(both.arousal.value(), 0.25F);
  EXPECT_THAT(both.expression, ElementsAre(0.75F, 0.25F));
  EXPECT_THAT(both.action_units, ElementsAre(0.75F, 0.25F));
  EXPECT_THAT(mean.thresholds({{0.2, 0.6}, {0.6, 0.2}}),
              ElementsAre(testing::DoubleEq(0.3), testing::DoubleEq(0.5)));
}

TEST(PredictionMean, TheTemperatureIsTheMeans) {
  PredictionMean mean({kFirst, kFirst});
  mean.set_temperature(0.5);
  const Prediction both = mean(std::vector<Prediction>{{0.5F, 0, {0.9F, 0.1F}, {0.5F, 0.5F}},
                                                       {0.5F, 0, {0.7F, 0.3F}, {0.5F, 0.5F}}});
  EXPECT_NEAR(both.expression[0], 0.64 / 0.68, 1e-6);  // of 0.8 and 0.2
  EXPECT_THAT(both.action_units, ElementsAre(0.5F, 0.5F));
}

TEST(PredictionMean, ManyFacesAreTheirMeans) {
  const PredictionMean mean({kFirst, kSecond});
  const std::vector<std::vector<Prediction>> answers = {
      {{0.1F, 0.2F, {0.4F, 0.6F}, {0.3F, 0.9F}}, {0.3F, 0.2F, {1, 0}, {0, 1}}},
      {{std::nullopt, std::nullopt, {0.2F, 0.3F, 0.5F}, {0.7F, 0.1F}}, {}}};
  const std::vector<Prediction> all = mean.all(answers);
  ASSERT_EQ(all.size(), 2U);
  for (std::size_t face = 0; face < 2; ++face) {
    const Prediction one = mean(std::vector{answers[0][face], answers[1][face]});
    EXPECT_EQ(all[face].expression, one.expression);
    EXPECT_EQ(all[face].action_units, one.action_units);
  }
  EXPECT_THROW(mean.all({answers[0], {}}), UsageError);
}

TEST(PredictionMean, RefusesWhatDoesNotFit) {
  EXPECT_THROW(PredictionMean({}), UsageError);
  EXPECT_THROW(PredictionMean({kFirst}, {1, 1}), UsageError);
  EXPECT_THROW(PredictionMean({kFirst, kSecond}, {1, 0}), UsageError);
  EXPECT_THROW(PredictionMean({Vocabulary{{}, {"nose"}, false}}), OptionError);
  const PredictionMean mean({kFirst, kSecond});
  EXPECT_THROW(mean(std::vector<Prediction>(1)), UsageError);
  std::vector<Prediction> parts(2);
  parts[0].expression = {1};
  EXPECT_THROW(mean(parts), UsageError);
}

}  // namespace
}  // namespace mien
