#include <algorithm>
#include <chrono>
#include <numeric>

#include <ATen/TensorOperators.h>
#include <ATen/ops/sigmoid.h>
#include <ATen/ops/softmax.h>
#include <c10/core/GradMode.h>

#include "mien/error.h"
#include "mien/evaluate/evaluate.h"

namespace mien {
namespace {

// Rows of a [N, K] tensor on the CPU; an undefined tensor has none.
class Rows {
 public:
  explicit Rows(const at::Tensor& values)
      : values_(values.defined() ? values.to(at::kCPU, at::kFloat).contiguous() : at::Tensor()),
        width_(values.defined() ? values.size(1) : 0) {}
  bool defined() const { return values_.defined(); }
  std::int64_t count() const { return values_.size(0); }
  const float* row(std::int64_t n) const { return values_.const_data_ptr<float>() + n * width_; }
  std::vector<float> copy(std::int64_t n) const {
    return defined() ? std::vector<float>(row(n), row(n) + width_) : std::vector<float>();
  }

 private:
  at::Tensor values_;
  std::int64_t width_;
};

at::Tensor float_or_undefined(const at::Tensor& values) {
  return values.defined() ? values.to(at::kFloat) : values;
}

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace

std::vector<Prediction> predictions_from_outputs(const Outputs& outputs) {
  const c10::NoGradGuard no_grad;
  const at::Tensor expression = float_or_undefined(outputs.expression);
  const at::Tensor units = float_or_undefined(outputs.action_units);
  const Rows affect(outputs.valence_arousal);
  const Rows classes(expression.defined() ? at::softmax(expression, 1) : expression);
  const Rows flags(units.defined() ? at::sigmoid(units) : units);
  std::int64_t count = 0;
  for (const Rows* rows : {&affect, &classes, &flags}) {
    if (rows->defined()) count = rows->count();
  }
  std::vector<Prediction> predictions(static_cast<std::size_t>(count));
  for (std::int64_t n = 0; n < count; ++n) {
    Prediction& prediction = predictions[static_cast<std::size_t>(n)];
    if (affect.defined()) {
      prediction.valence = affect.row(n)[0];
      prediction.arousal = affect.row(n)[1];
    }
    prediction.expression = classes.copy(n);
    prediction.action_units = flags.copy(n);
  }
  return predictions;
}

std::vector<Prediction> predict_all(Network& network,
                                    Loader& loader,
                                    const RunSettings& settings,
                                    const EventSink& events,
                                    const StopFlag& stop) {
  const c10::NoGradGuard no_grad;
  // One scope for all batches: bfloat16 copies of the weights are made once.
  const AutocastScope autocast(settings.device, settings.precision);
  network.eval();
  LoaderPlan plan;
  plan.order.resize(static_cast<std::size_t>(loader.size()));
  std::iota(plan.order.begin(), plan.order.end(), 0);
  plan.batch = settings.batch;
  loader.start(std::move(plan));

  std::vector<Prediction> predictions;
  predictions.reserve(static_cast<std::size_t>(loader.size()));
  const auto begin = std::chrono::steady_clock::now();
  Batch batch;
  while (loader.next(batch)) {
    if (stop.requested()) throw Error(ErrorKind::kInterrupted, "stopped while evaluating");
    const Outputs outputs = network.forward(batch.pictures.to(settings.device));
    std::vector<Prediction> part = predictions_from_outputs(outputs);
    predictions.insert(predictions.end(),
                       std::make_move_iterator(part.begin()),
                       std::make_move_iterator(part.end()));
    const auto done = static_cast<std::int64_t>(predictions.size());
    events.report({"evaluation",
                   done,
                   loader.size(),
                   "images",
                   static_cast<double>(done) / std::max(seconds_since(begin), 1e-9),
                   {}});
  }
  return predictions;
}

}  // namespace mien
