#include "mien/infer/neutral.h"

#include <algorithm>
#include <cmath>

#include "mien/error.h"

namespace mien {
namespace {

constexpr double kAffectStep = 0.002;
constexpr double kLogitStep = 0.02;
constexpr double kMostAffect = 1;  // as rows have it, which the second pass reads
constexpr double kLeastProbability = 1e-6;

double logit(double probability) {
  const double inside = std::clamp(probability, kLeastProbability, 1 - kLeastProbability);
  return std::log(inside / (1 - inside));
}

double logistic(double value) {
  return 1 / (1 + std::exp(-value));
}

}  // namespace

void NeutralOptions::check() const {
  check_values(*this);
}

void describe(NeutralOptions& options, Fields& fields) {
  fields.add("frames",
             options.frames,
             "frames of a person that are needed to know their resting face",
             at_least(1));
  fields.add("rest",
             options.rest,
             "probability of an action unit that a resting face is to have",
             between(kLeastProbability, 1 - kLeastProbability));
}

void NeutralBaseline::Histogram::add(double value) {
  if (!std::isfinite(value)) return;
  ++bins_[static_cast<std::int32_t>(std::lround(value / step_))];
  ++count_;
}

std::optional<double> NeutralBaseline::Histogram::median() const {
  if (count_ == 0) return std::nullopt;
  // The mean of the two in the middle, which are one where the count is odd.
  const std::int64_t low = (count_ - 1) / 2;
  const std::int64_t high = count_ / 2;
  double sum = 0;
  std::int64_t passed = 0;
  for (const auto& [bin, count] : bins_) {
    for (const std::int64_t place : {low, high}) {
      if (place >= passed && place < passed + count) sum += bin * step_ / 2;
    }
    passed += count;
  }
  return sum;
}

NeutralBaseline::Person::Person() : valence(kAffectStep), arousal(kAffectStep) {}

NeutralBaseline::NeutralBaseline(const NeutralOptions& options) : options_(options) {
  options_.check();
}

void NeutralBaseline::add(const FrameReading& frame) {
  const auto limited = [](float value) {
    return std::clamp(static_cast<double>(value), -kMostAffect, kMostAffect);
  };
  for (const FaceReading& face : frame.faces) {
    if (face.face_id <= 0) continue;
    Person& person = people_[face.face_id];
    ++person.frames;
    const Prediction& prediction = face.prediction;
    if (prediction.valence) person.valence.add(limited(*prediction.valence));
    if (prediction.arousal) person.arousal.add(limited(*prediction.arousal));
    person.action_units.resize(std::max(person.action_units.size(), prediction.action_units.size()),
                               Histogram(kLogitStep));
    for (std::size_t i = 0; i < prediction.action_units.size(); ++i) {
      person.action_units[i].add(logit(static_cast<double>(prediction.action_units[i])));
    }
  }
}

void NeutralBaseline::apply(FrameReading& frame) const {
  for (FaceReading& face : frame.faces) {
    const auto found = people_.find(face.face_id);
    if (found == people_.end() || found->second.frames < options_.frames) continue;
    const Person& person = found->second;
    Prediction corrected = face.shown();
    const auto take_away = [](std::optional<float>& value, const Histogram& seen) {
      if (value) *value -= static_cast<float>(seen.median().value_or(0));
    };
    take_away(corrected.valence, person.valence);
    take_away(corrected.arousal, person.arousal);
    const std::size_t units = std::min(corrected.action_units.size(), person.action_units.size());
    for (std::size_t i = 0; i < units; ++i) {
      const double rest = logit(options_.rest);
      const double shift = person.action_units[i].median().value_or(rest) - rest;
      float& unit = corrected.action_units[i];
      if (shift > 0) {
        unit = static_cast<float>(logistic(logit(static_cast<double>(unit)) - shift));
      }
    }
    face.adjusted = std::move(corrected);
  }
}

std::int64_t NeutralBaseline::frames(std::int64_t face_id) const {
  const auto found = people_.find(face_id);
  return found == people_.end() ? 0 : found->second.frames;
}

}  // namespace mien
