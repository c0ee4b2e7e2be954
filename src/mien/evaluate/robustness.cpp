#include "mien/evaluate/robustness.h"

#include <chrono>
#include <cmath>
#include <iterator>

#include <ATen/core/Tensor.h>
#include <ATen/ops/stack.h>
#include <c10/core/GradMode.h>

#include "mien/affect/decisions.h"
#include "mien/error.h"
#include "mien/nn/network.h"
#include "mien/nn/predictions.h"

namespace mien {
namespace {

/// The mean of what each pair of answers gives; nothing where there is none.
class Mean {
 public:
  void add(double value) {
    sum_ += value;
    ++count_;
  }
  std::optional<double> value() const {
    if (count_ == 0) return std::nullopt;
    return sum_ / static_cast<double>(count_);
  }

 private:
  double sum_ = 0;
  std::int64_t count_ = 0;
};

void add_difference(Mean& mean, std::optional<float> before, std::optional<float> after) {
  if (before && after) mean.add(std::abs(static_cast<double>(*before) - *after));
}

}  // namespace

std::vector<Prediction> predict_changed(Network& network,
                                        const std::vector<SampleSet>& sets,
                                        const PictureChange* change,
                                        const RunSettings& settings,
                                        const Pass& pass) {
  check_reads(network);
  network.eval();
  const c10::NoGradGuard no_gradients;
  const AutocastScope autocast(settings.device, settings.precision);
  std::vector<const Sample*> samples;
  for (const SampleSet& set : sets) {
    for (const Sample& sample : set.samples) samples.push_back(&sample);
  }
  std::vector<Prediction> predictions;
  predictions.reserve(samples.size());
  std::vector<at::Tensor> batch;
  const auto begin = std::chrono::steady_clock::now();
  for (std::size_t i = 0; i < samples.size(); ++i) {
    batch.push_back(picture_tensor(*samples[i], network.input(), change));
    if (batch.size() < static_cast<std::size_t>(settings.batch) && i + 1 < samples.size()) continue;
    if (pass.stop.requested()) {
      throw Error(ErrorKind::kInterrupted, "stopped in the " + pass.name);
    }
    std::vector<Prediction> part = predictions_from_outputs(
        network.forward(at::stack(batch).to(settings.device)), settings.temperature);
    predictions.insert(predictions.end(),
                       std::make_move_iterator(part.begin()),
                       std::make_move_iterator(part.end()));
    batch.clear();
    const auto done = static_cast<std::int64_t>(predictions.size());
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begin;
    pass.events.report({pass.name,
                        done,
                        static_cast<std::int64_t>(samples.size()),
                        "images",
                        static_cast<double>(done) / seconds.count(),
                        {}});
  }
  return predictions;
}

Movement movement(const std::vector<Prediction>& before,
                  const std::vector<Prediction>& after,
                  const std::vector<double>& thresholds) {
  if (before.size() != after.size()) {
    throw UsageError("answers before and after a change are of different numbers of pictures");
  }
  Mean valence, arousal, expression, action_units;
  for (std::size_t i = 0; i < before.size(); ++i) {
    const Prediction& one = before[i];
    const Prediction& two = after[i];
    add_difference(valence, one.valence, two.valence);
    add_difference(arousal, one.arousal, two.arousal);
    if (!one.expression.empty()) {
      expression.add(most_probable(one.expression) == most_probable(two.expression) ? 0 : 1);
    }
    for (std::size_t unit = 0; unit < one.action_units.size(); ++unit) {
      const bool was = unit_present(one.action_units[unit], thresholds, unit);
      const bool is = unit_present(two.action_units[unit], thresholds, unit);
      action_units.add(was == is ? 0 : 1);
    }
  }
  return {valence.value(), arousal.value(), expression.value(), action_units.value()};
}

}  // namespace mien
