#include "mien/infer/smoothing.h"

#include <algorithm>
#include <cmath>

#include "mien/error.h"

namespace mien {
namespace {

constexpr double kLongest = 60;
/// Time constants after which nothing is left of a value in single precision.
constexpr double kForgotten = 20;

}  // namespace

void SmoothingOptions::check() const {
  check_values(*this);
}

void describe(SmoothingOptions& options, Fields& fields) {
  fields.add("smooth",
             options.seconds,
             "time constant of the filter over time, seconds, which is its delay too; 0: none",
             between(0, kLongest));
}

Smoother::Smoother(const SmoothingOptions& options) : options_(options) {
  options_.check();
}

void Smoother::apply(FrameReading& frame) {
  if (options_.seconds <= 0) return;
  const double time = frame.timestamp;
  std::erase_if(people_, [&](const auto& entry) {
    return time - entry.second.seen > kForgotten * options_.seconds;
  });
  for (FaceReading& face : frame.faces) {
    if (face.face_id <= 0) continue;
    Person& person = people_[face.face_id];
    person.seen = time;
    Prediction smooth = face.shown();
    if (smooth.valence) smooth.valence = step(person.valence, *smooth.valence, time);
    if (smooth.arousal) smooth.arousal = step(person.arousal, *smooth.arousal, time);
    step(person.expression, smooth.expression, time);
    step(person.action_units, smooth.action_units, time);
    face.adjusted = std::move(smooth);
  }
}

float Smoother::step(Value& value, float input, double time) const {
  const auto target = static_cast<double>(input);
  if (!value.known) {
    value = {target, time, true};
  } else {
    const double lapse = std::max(time - value.time, 0.0);
    value.value += (1 - std::exp(-lapse / options_.seconds)) * (target - value.value);
    value.time = time;
  }
  return static_cast<float>(value.value);
}

void Smoother::step(std::vector<Value>& values, std::vector<float>& inputs, double time) const {
  if (inputs.empty()) return;
  values.resize(inputs.size());
  for (std::size_t i = 0; i < inputs.size(); ++i) inputs[i] = step(values[i], inputs[i], time);
}

}  // namespace mien
