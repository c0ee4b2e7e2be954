#include "mien/nn/predictions.h"

#include <cmath>
#include <vector>

#include <ATen/ops/tensor.h>
#include <gtest/gtest.h>

#include "mien/affect/calibration.h"

namespace mien {
namespace {

TEST(PredictionsFromOutputs, SoftmaxAndSigmoid) {
  Outputs outputs;
  outputs.expression = at::tensor(std::vector<float>{0, std::log(3.0F)}).view({1, 2});
  outputs.action_units = at::tensor(std::vector<float>{0, 2}).view({1, 2});
  const auto predictions = predictions_from_outputs(outputs);
  ASSERT_EQ(predictions.size(), 1U);
  EXPECT_FALSE(predictions[0].valence.has_value());
  EXPECT_NEAR(predictions[0].expression[0], 0.25, 1e-6);
  EXPECT_NEAR(predictions[0].expression[1], 0.75, 1e-6);
  EXPECT_NEAR(predictions[0].action_units[0], 0.5, 1e-6);
  EXPECT_NEAR(predictions[0].action_units[1], 1 / (1 + std::exp(-2.0)), 1e-6);
}

TEST(PredictionsFromOutputs, ATemperatureDividesTheLogits) {
  Outputs outputs;
  outputs.expression = at::tensor(std::vector<float>{0, 2 * std::log(3.0F)}).view({1, 2});
  outputs.action_units = at::tensor(std::vector<float>{0, 2}).view({1, 2});
  const auto plain = predictions_from_outputs(outputs);
  const auto warm = predictions_from_outputs(outputs, 2);
  EXPECT_NEAR(warm[0].expression[1], 0.75, 1e-6);
  EXPECT_EQ(warm[0].action_units, plain[0].action_units);
  // The same as a power of the probabilities.
  std::vector<float> power = plain[0].expression;
  apply_temperature(power, 2);
  EXPECT_NEAR(warm[0].expression[1], power[1], 1e-6);
}

TEST(PredictionsFromOutputs, ValuesStayUnclipped) {
  Outputs outputs;
  outputs.valence_arousal = at::tensor(std::vector<float>{1.5F, -2}).view({1, 2});
  const auto predictions = predictions_from_outputs(outputs);
  EXPECT_EQ(predictions[0].valence, 1.5F);
  EXPECT_EQ(predictions[0].arousal, -2.0F);
  EXPECT_TRUE(predictions[0].expression.empty());
}

TEST(PredictionsFromOutputs, BfloatScoresGiveFloatProbabilities) {
  Outputs outputs;
  outputs.expression = at::tensor(std::vector<float>{1, 2, 3}).view({1, 3}).to(at::kBFloat16);
  const auto predictions = predictions_from_outputs(outputs);
  double sum = 0;
  for (const float p : predictions[0].expression) sum += p;
  EXPECT_NEAR(sum, 1, 1e-6);
}

}  // namespace
}  // namespace mien
