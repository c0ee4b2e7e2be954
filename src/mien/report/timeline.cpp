#include "mien/report/timeline.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "mien/error.h"
#include "mien/report/cells.h"

namespace mien {
namespace {

constexpr std::int32_t kMostBins = 1024;
constexpr std::size_t kMostPersons = 400;
constexpr double kShortestBin = 1e-3;
constexpr double kLongestTime = 1e9;  // some thirty years

/// All values of a prediction, or none where one is missing or no number.
std::vector<float> values_of(const Prediction& prediction, const Vocabulary& vocabulary) {
  std::vector<float> values;
  if (vocabulary.valence_arousal) {
    if (!prediction.valence || !prediction.arousal) return {};
    values.insert(values.end(),
                  {std::clamp(*prediction.valence, -1.0F, 1.0F),
                   std::clamp(*prediction.arousal, -1.0F, 1.0F)});
  }
  if (prediction.expression.size() != vocabulary.expressions.size() ||
      prediction.action_units.size() != vocabulary.action_units.size()) {
    return {};
  }
  values.insert(values.end(), prediction.expression.begin(), prediction.expression.end());
  values.insert(values.end(), prediction.action_units.begin(), prediction.action_units.end());
  const bool finite =
      std::all_of(values.begin(), values.end(), [](float value) { return std::isfinite(value); });
  return finite ? values : std::vector<float>{};
}

/// Adds to the last bin, or to a new one after it.
void add_to_bin(PersonTimeline& person, std::int32_t index, const std::vector<float>& values) {
  const std::size_t width = person.mean.size();
  if (person.bins.empty() || person.bins.back().index < index) {
    person.bins.push_back({index, 0, 0});
    person.sums.resize(person.bins.size() * width, 0.0F);
  }
  PersonTimeline::Bin& bin = person.bins.back();
  ++bin.frames;
  if (values.empty()) return;
  ++bin.readings;
  float* sums = person.sums.data() + (person.bins.size() - 1) * width;
  for (std::size_t i = 0; i < width; ++i) sums[i] += values[i];
}

void join_bins_of(PersonTimeline& person) {
  const std::size_t width = person.mean.size();
  std::size_t kept = 0;
  for (std::size_t i = 0; i < person.bins.size(); ++i) {
    PersonTimeline::Bin bin = person.bins[i];
    bin.index /= 2;
    float* from = person.sums.data() + i * width;
    if (kept > 0 && person.bins[kept - 1].index == bin.index) {
      person.bins[kept - 1].frames += bin.frames;
      person.bins[kept - 1].readings += bin.readings;
      float* to = person.sums.data() + (kept - 1) * width;
      for (std::size_t k = 0; k < width; ++k) to[k] += from[k];
    } else {
      person.bins[kept] = bin;
      std::copy(from, from + width, person.sums.data() + kept * width);
      ++kept;
    }
  }
  person.bins.resize(kept);
  person.sums.resize(kept * width);
}

}  // namespace

std::optional<double> PersonTimeline::value(std::size_t bin, std::size_t value) const {
  if (bins[bin].readings == 0) return std::nullopt;
  return static_cast<double>(sums[bin * mean.size() + value]) / bins[bin].readings;
}

Timeline::Timeline(Vocabulary vocabulary)
    : vocabulary_(std::move(vocabulary)), bin_seconds_(kShortestBin) {
  if (vocabulary_.valence_arousal) value_names_ = {"valence", "arousal"};
  for (const std::string& name : vocabulary_.expressions) value_names_.push_back(name);
  for (const std::string& name : vocabulary_.action_units) value_names_.push_back(name);
}

void Timeline::join_bins() {
  for (std::size_t i = 0; i < frames_in_.size(); ++i) {
    const std::int32_t count = std::exchange(frames_in_[i], 0);
    frames_in_[i / 2] += count;
  }
  frames_in_.resize((frames_in_.size() + 1) / 2);
  for (auto& [id, person] : persons_) join_bins_of(person);
  bin_seconds_ *= 2;
}

void Timeline::add(const FrameReading& frame) {
  for (const FaceReading& face : frame.faces) {
    check_prediction(face.shown(), vocabulary_, frame.input);
  }
  double time = std::isfinite(frame.timestamp)
                    ? std::clamp(frame.timestamp, -kLongestTime, kLongestTime)
                    : last_;
  if (frames_ == 0) begin_ = last_ = time;
  time = last_ = std::max(last_, time);
  while ((time - begin_) / bin_seconds_ >= kMostBins) join_bins();
  const auto index = static_cast<std::int32_t>((time - begin_) / bin_seconds_);
  frames_in_.resize(std::max(frames_in_.size(), static_cast<std::size_t>(index) + 1), 0);
  ++frames_in_[static_cast<std::size_t>(index)];
  ++frames_;
  if (frame.faces.empty()) ++empty_frames_;
  for (const FaceReading& face : frame.faces) add_face(face, index, time);
}

void Timeline::add_face(const FaceReading& face, std::int32_t index, double time) {
  if (persons_.count(face.face_id) == 0) {
    make_room();
    ++person_count_;
    PersonTimeline made;
    made.face_id = face.face_id;
    made.first = time;
    made.mean.assign(value_names_.size(), 0.0);
    persons_.emplace(face.face_id, std::move(made));
  }
  PersonTimeline& person = persons_.at(face.face_id);
  person.last = time;
  ++person.frames;
  const std::vector<float> values = values_of(face.shown(), vocabulary_);
  add_to_bin(person, index, values);
  if (values.empty()) return;
  const auto count = static_cast<double>(++readings_[face.face_id]);
  for (std::size_t i = 0; i < values.size(); ++i) {
    person.mean[i] += (static_cast<double>(values[i]) - person.mean[i]) / count;
  }
}

/// Takes out those seen least, but for those who are being seen.
void Timeline::make_room() {
  if (persons_.size() < kMostPersons) return;
  std::vector<std::pair<std::int64_t, std::int64_t>> by_frames;
  for (const auto& [id, person] : persons_) {
    if (person.last < last_) by_frames.emplace_back(person.frames, id);
  }
  std::sort(by_frames.begin(), by_frames.end());
  by_frames.resize(std::min(by_frames.size(), kMostPersons / 4));
  for (const auto& [frames, id] : by_frames) {
    persons_.erase(id);
    readings_.erase(id);
  }
}

double Timeline::end() const {
  // The last frame is shown as long as the others on average.
  const double step = frames_ > 1 ? (last_ - begin_) / static_cast<double>(frames_ - 1) : 0;
  return last_ + std::max(step, kShortestBin);
}

std::int32_t Timeline::next_with_frames(std::int32_t index) const {
  auto next = static_cast<std::size_t>(index) + 1;
  while (next < frames_in_.size() && frames_in_[next] == 0) ++next;
  return static_cast<std::int32_t>(next);
}

std::vector<const PersonTimeline*> Timeline::by_presence(std::size_t most) const {
  std::vector<const PersonTimeline*> persons;
  persons.reserve(persons_.size());
  for (const auto& [id, person] : persons_) persons.push_back(&person);
  std::stable_sort(persons.begin(), persons.end(), [](const auto* a, const auto* b) {
    return a->frames > b->frames;
  });
  persons.resize(std::min(most, persons.size()));
  return persons;
}

}  // namespace mien
