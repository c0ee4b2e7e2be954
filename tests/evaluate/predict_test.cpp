#include <cmath>

#include <ATen/TensorOperators.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/mean.h>
#include <gtest/gtest.h>

#include "mien/error.h"
#include "mien/evaluate/evaluate.h"
#include "mien/nn/network.h"

#include "../data/made_sets.h"

namespace mien {
namespace {

/// Answers with the mean of each picture's planes: two as valence and arousal, all three as
/// classes.
class MeanColour : public Network {
 public:
  explicit MeanColour(const InputOptions& input)
      : Network(ModelOptions(), {{"red", "green", "blue"}, {"AU01"}, true}, input) {}
  Outputs forward(const at::Tensor& pictures) override {
    ++batches;
    training_seen = training_seen || is_training();
    const at::Tensor means = at::mean(pictures, {2, 3});
    Outputs outputs;
    outputs.valence_arousal = means.slice(1, 0, 2);
    outputs.expression = means;
    outputs.action_units = means.slice(1, 2, 3);
    return outputs;
  }
  int batches = 0;
  bool training_seen = false;
};

InputOptions small_input() {
  InputOptions input;
  input.size = 16;
  input.mean = {0, 0, 0};
  input.deviation = {1, 1, 1};
  return input;
}

Loader loader_of(const test::TempFolder& folder, int count, std::int64_t workers) {
  LoaderOptions options;
  options.workers = workers;
  return Loader({test::made_set(folder, count, "a"), test::made_set(folder, 2, "b")},
                small_input(),
                {},
                options);
}

TEST(PredictAll, EverySampleOnceInListOrder) {
  for (const std::int64_t workers : {1, 2}) {
    const test::TempFolder folder;
    Loader loader = loader_of(folder, 11, workers);
    MeanColour network(small_input());
    network.train();
    RunSettings settings;
    settings.batch = 4;
    const auto predictions = predict_all(network, loader, settings, {}, StopFlag());
    ASSERT_EQ(predictions.size(), 13U);
    for (std::size_t i = 0; i < 13; ++i) {
      const auto number = static_cast<double>(i < 11 ? i : i - 11);  // the red plane holds it
      EXPECT_NEAR(predictions[i].valence.value(), number / 255, 1e-6) << i;
    }
    EXPECT_EQ(network.batches, 4);
    EXPECT_FALSE(network.training_seen);
    EXPECT_FALSE(network.is_training());
  }
}

TEST(PredictAll, ReportsAndStops) {
  const test::TempFolder folder;
  Loader loader = loader_of(folder, 11, 1);
  MeanColour network(small_input());
  RunSettings settings;
  settings.batch = 4;
  StopFlag stop;
  EventSink events;
  std::int64_t done = 0;
  events.progress = [&](const Progress& progress) {
    done = progress.done;
    EXPECT_EQ(progress.total, 13);
    stop.request();
  };
  try {
    predict_all(network, loader, settings, events, stop);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kInterrupted);
  }
  EXPECT_EQ(done, 4);
}

}  // namespace
}  // namespace mien
