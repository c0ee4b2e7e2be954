#include "mien/nn/predictions.h"

#include <cstdint>

#include <ATen/TensorOperators.h>
#include <ATen/ops/sigmoid.h>
#include <ATen/ops/softmax.h>
#include <c10/core/GradMode.h>

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

}  // namespace

std::vector<Prediction> predictions_from_outputs(const Outputs& outputs, double temperature) {
  const c10::NoGradGuard no_grad;
  const at::Tensor expression = float_or_undefined(outputs.expression);
  const at::Tensor units = float_or_undefined(outputs.action_units);
  const Rows affect(outputs.valence_arousal);
  const Rows classes(expression.defined() ? at::softmax(expression / temperature, 1) : expression);
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

}  // namespace mien
