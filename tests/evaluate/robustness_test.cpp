#include "mien/evaluate/robustness.h"

#include <ATen/ops/mean.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mien/error.h"
#include "mien/nn/network.h"

#include "../data/made_sets.h"

namespace mien {
namespace {

using testing::DoubleNear;
using testing::Optional;

/// Answers with the mean of each picture's planes.
class MeanColour : public Network {
 public:
  explicit MeanColour(const InputOptions& input)
      : Network(ModelOptions(), {{"red", "green", "blue"}, {"AU01"}, true}, input) {}
  Outputs forward(const at::Tensor& pictures) override {
    const at::Tensor means = at::mean(pictures, {2, 3});
    Outputs outputs;
    outputs.valence_arousal = means.slice(1, 0, 2);
    outputs.expression = means;
    outputs.action_units = means.slice(1, 2, 3);
    return outputs;
  }
};

InputOptions plain_input() {
  InputOptions input;
  input.size = 16;
  input.mean = {0, 0, 0};
  input.deviation = {1, 1, 1};
  return input;
}

const PictureChange& change_named(std::string_view name) {
  for (const PictureChange& change : video_changes()) {
    if (change.name == name) return change;
  }
  throw UsageError("no such change");
}

std::uint8_t& red_of(Image& image, int x, int y) {
  return image.row(y)[static_cast<std::size_t>(x) * 3];
}

Prediction prediction(float valence, std::vector<float> expression, std::vector<float> units) {
  return {valence, 0.0f, std::move(expression), std::move(units)};
}

TEST(Robustness, CountsWhatMoves) {
  const Movement moved = movement(
      {prediction(0.1f, {0.9f, 0.1f}, {0.4f, 0.6f}), prediction(0.3f, {0.2f, 0.8f}, {0.9f, 0.1f})},
      {prediction(0.2f, {0.4f, 0.6f}, {0.6f, 0.6f}), prediction(0.6f, {0.3f, 0.7f}, {0.8f, 0.2f})},
      {});
  EXPECT_THAT(moved.valence, Optional(DoubleNear(0.2, 1e-6)));
  EXPECT_THAT(moved.arousal, Optional(DoubleNear(0, 1e-12)));
  EXPECT_THAT(moved.expression, Optional(DoubleNear(0.5, 1e-12)));
  EXPECT_THAT(moved.action_units, Optional(DoubleNear(0.25, 1e-12)));
}

TEST(Robustness, DecidesByTheThresholds) {
  const std::vector<Prediction> before = {prediction(0, {}, {0.4f})};
  const std::vector<Prediction> after = {prediction(0, {}, {0.6f})};
  EXPECT_THAT(movement(before, after, {}).action_units, Optional(DoubleNear(1, 1e-12)));
  EXPECT_THAT(movement(before, after, {0.3}).action_units, Optional(DoubleNear(0, 1e-12)));
  EXPECT_FALSE(movement(before, after, {}).expression.has_value());
}

TEST(Robustness, RefusesAnswersOfOtherPictures) {
  EXPECT_THROW(movement({Prediction()}, {}, {}), UsageError);
}

TEST(Robustness, ReadsEveryPictureChangedOrAsItIs) {
  const test::TempFolder folder;
  const std::vector<SampleSet> sets = {test::made_set(folder, 5, "a"),
                                       test::made_set(folder, 2, "b")};
  MeanColour network(plain_input());
  RunSettings settings;
  settings.batch = 3;
  const auto read = [&](const PictureChange* change) {
    const EventSink silent;
    const StopFlag never;
    return predict_changed(network, sets, change, settings, {"evaluation", silent, never});
  };
  const std::vector<Prediction> plain = read(nullptr);
  const std::vector<Prediction> darker = read(&change_named("brightness x 0.7"));
  const std::vector<Prediction> grey = read(&change_named("grey"));
  ASSERT_EQ(plain.size(), 7u);
  ASSERT_EQ(darker.size(), 7u);
  for (std::size_t i = 0; i < plain.size(); ++i) {
    EXPECT_NEAR(darker[i].valence.value(), 0.7 * plain[i].valence.value(), 0.005) << i;
    EXPECT_NEAR(grey[i].valence.value(), grey[i].arousal.value(), 1e-6)
        << i;  // red and green alike
  }
}

TEST(Robustness, MovesAndScalesTheBox) {
  Image image(40, 40);
  for (int x = 20; x < 40; ++x) {
    for (int y = 10; y < 40; ++y) red_of(image, x, y) = 200;  // the lower right is red
  }
  const auto red_columns = [](Image picture) {
    int count = 0;
    for (int x = 0; x < picture.width; ++x) count += red_of(picture, x, 20) > 100 ? 1 : 0;
    return count;
  };
  EXPECT_EQ(red_columns(change_named("moved right by 5 %").apply(image)), 22);
  EXPECT_EQ(red_columns(change_named("moved left by 5 %").apply(image)), 18);
  EXPECT_EQ(red_columns(change_named("moved up by 5 %").apply(image)), 20);
  for (const PictureChange& change : video_changes()) {
    const Image changed = change.apply(image);
    EXPECT_EQ(changed.width, 40) << change.name;
    EXPECT_EQ(changed.height, 40) << change.name;
    EXPECT_FALSE(changed == image) << change.name;
  }
}

}  // namespace
}  // namespace mien
