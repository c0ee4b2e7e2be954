#include "mien/affect/calibration.h"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mien/affect/decisions.h"

namespace mien {
namespace {

using testing::ElementsAre;
using testing::FloatNear;

Prediction saying(std::vector<float> expression) {
  Prediction prediction;
  prediction.expression = std::move(expression);
  return prediction;
}

std::vector<Label> labels_of(const std::vector<int>& classes) {
  std::vector<Label> labels(classes.size());
  for (std::size_t i = 0; i < classes.size(); ++i) labels[i].expression = classes[i];
  return labels;
}

TEST(Temperature, IsAPowerScaledToOne) {
  std::vector<float> probabilities = {0.8F, 0.2F};
  apply_temperature(probabilities, 0.5);  // squares: 0.64 and 0.04
  EXPECT_THAT(probabilities,
              ElementsAre(FloatNear(0.64F / 0.68F, 1e-6F), FloatNear(0.04F / 0.68F, 1e-6F)));
  apply_temperature(probabilities, 2);  // and back by the root
  EXPECT_THAT(probabilities, ElementsAre(FloatNear(0.8F, 1e-6F), FloatNear(0.2F, 1e-6F)));
}

TEST(Temperature, OneChangesNoBit) {
  std::vector<float> probabilities = {0.1F, 0.3F, 0.6F};
  const std::vector<float> before = probabilities;
  apply_temperature(probabilities, 1);
  EXPECT_EQ(probabilities, before);
}

TEST(Temperature, TheMostProbableStaysAndTheSumIsOne) {
  for (const double temperature : {0.05, 0.3, 1.7, 20.0}) {
    std::vector<float> probabilities = {0.0F, 0.29F, 0.31F, 0.4F};
    apply_temperature(probabilities, temperature);
    EXPECT_EQ(most_probable(probabilities), 3U);
    float sum = 0;
    for (const float probability : probabilities) sum += probability;
    EXPECT_NEAR(sum, 1, 1e-5);
  }
}

TEST(Temperature, NothingStaysNothing) {
  const std::vector<Prediction> none(1);
  EXPECT_TRUE(at_temperature(none, 3)[0].expression.empty());
}

TEST(NegativeLogLikelihood, IsTheMeanOverLabelledPictures) {
  const std::vector<Prediction> said = {
      saying({0.5F, 0.5F}), saying({0.25F, 0.75F}), saying({1, 0}), {}};
  const auto value = negative_log_likelihood(said, labels_of({0, 0, -1, 1}));
  EXPECT_NEAR(value.value(), (std::log(2.0) + std::log(4.0)) / 2, 1e-6);
  EXPECT_FALSE(negative_log_likelihood(said, labels_of({-1, -1, -1, -1})).has_value());
}

TEST(CalibrationError, WeighsTheBinsByTheirPictures) {
  // Four answers at .9, three of them right; one at .5, wrong: 4/5 |.75 - .9| + 1/5 |0 - .5|.
  const Prediction sure = saying({0.9F, 0.1F});
  const std::vector<Prediction> said = {sure, sure, sure, sure, saying({0.5F, 0.5F})};
  const auto error = calibration_error(said, labels_of({0, 0, 0, 1, 1}));
  EXPECT_NEAR(error.value(), 0.8 * 0.15 + 0.2 * 0.5, 1e-6);
}

TEST(CalibrationError, IsZeroForWhatIsAsOftenRightAsSaid) {
  const Prediction half = saying({0.5F, 0.5F});
  EXPECT_NEAR(calibration_error(std::vector{half, half}, labels_of({0, 1})).value(), 0, 1e-12);
  EXPECT_NEAR(calibration_error(std::vector{saying({0, 1})}, labels_of({1})).value(), 0, 1e-12);
  EXPECT_FALSE(calibration_error(std::vector{half}, labels_of({-1})).has_value());
}

}  // namespace
}  // namespace mien
