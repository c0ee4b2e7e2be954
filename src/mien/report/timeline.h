// A video's readings over time, a line a person: gathered in constant memory, drawn as PNG.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "mien/image/image.h"
#include "mien/reading.h"

namespace mien {

/// One person's readings in stretches of time ("bins") in which they were seen, in order of time.
struct PersonTimeline {
  std::int64_t face_id = 0;
  std::int64_t frames = 0;  ///< in which the person was seen
  double first = 0;         ///< seconds
  double last = 0;
  /// Means over all readings, in the order of `Timeline::value_names`; empty where there is none.
  std::vector<double> mean;

  struct Bin {
    std::int32_t index = 0;     ///< of the stretch, see `Timeline::time_of`
    std::int32_t frames = 0;    ///< with the person
    std::int32_t readings = 0;  ///< of them, with a complete and finite reading
  };
  std::vector<Bin> bins;
  std::vector<float> sums;  ///< a row a bin of as many values as `mean`: sums over its readings
  /// Mean of value `value` in bin number `bin` of `bins`; nothing without readings.
  std::optional<double> value(std::size_t bin, std::size_t value) const;
};

/// Takes frames as they come. Time is cut into at most 1024 stretches of equal length; where more
/// time comes, they are joined two by two, so memory grows with the number of persons only, and of
/// over 400 persons those seen least make room.
class Timeline {
 public:
  explicit Timeline(Vocabulary vocabulary);
  /// Frames of one video in their order. What counts is `FaceReading::shown()`. Throws UsageError
  /// where a prediction is not the vocabulary's.
  void add(const FrameReading& frame);

  const Vocabulary& vocabulary() const { return vocabulary_; }
  /// valence and arousal (where the network gives them), then the classes, then the units.
  const std::vector<std::string>& value_names() const { return value_names_; }
  std::size_t first_class() const { return vocabulary_.valence_arousal ? 2 : 0; }
  std::size_t first_unit() const { return first_class() + vocabulary_.expressions.size(); }

  std::int64_t frames() const { return frames_; }
  std::int64_t frames_without_face() const { return empty_frames_; }
  std::int64_t persons() const { return person_count_; }  ///< that were seen, kept or not
  double begin() const { return begin_; }                 ///< seconds: the first frame's
  double end() const;                                     ///< where the last frame ends
  double time_of(std::int32_t index) const { return begin_ + index * bin_seconds_; }
  /// Frames in each stretch; 0 where slow videos have none, which is no gap.
  const std::vector<std::int32_t>& frames_in() const { return frames_in_; }
  /// The stretch after `index` that has a frame, or the number of stretches.
  std::int32_t next_with_frames(std::int32_t index) const;
  /// The longest seen first.
  std::vector<const PersonTimeline*> by_presence(std::size_t most) const;

 private:
  void join_bins();
  void add_face(const FaceReading& face, std::int32_t index, double time);
  void make_room();

  Vocabulary vocabulary_;
  std::vector<std::string> value_names_;
  std::map<std::int64_t, PersonTimeline> persons_;
  std::map<std::int64_t, std::int64_t> readings_;  // of each person, for the mean
  std::vector<std::int32_t> frames_in_;
  std::int64_t frames_ = 0;
  std::int64_t empty_frames_ = 0;
  std::int64_t person_count_ = 0;
  double begin_ = 0;
  double last_ = 0;
  double bin_seconds_;
};

/// Persons that `draw_timeline` shows, those seen longest; the picture says how many there were.
inline constexpr std::size_t kDrawnPersons = 6;

/// For each person the expression's probabilities stacked as bands, valence and arousal as curves,
/// and a row an action unit, the darker the more probable. Grey where the person was not seen.
/// Throws UsageError where no frame was added.
Image draw_timeline(const Timeline& timeline, const std::string& title);

}  // namespace mien
