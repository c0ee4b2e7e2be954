// Who is who over the frames of one video: face_id of every face.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "mien/core/options.h"
#include "mien/reading.h"

namespace mien {

struct TrackerOptions {
  /// Seconds that a face may stay hidden and keep its id. More: a stranger who comes in where
  /// somebody left may get that one's id.
  double memory = 3;
  /// Throws OptionError.
  void check() const;
};
void describe(TrackerOptions& options, Fields& fields);

/// Motion with a velocity, overlap of boxes and the look of faces, joined as a likelihood; one
/// assignment a frame, the likeliest of all. Time comes from the frames' own timestamps. What a
/// frame costs, and the memory, goes with the people seen lately, not with the video's length. The
/// order of faces in a frame makes no difference.
class Tracker {
 public:
  /// Throws OptionError.
  explicit Tracker(const TrackerOptions& options = {});
  ~Tracker();
  Tracker(Tracker&&) noexcept;
  Tracker& operator=(Tracker&&) noexcept;

  /// Sets the ids, from 1, never used twice, of the frame that follows. `features`: what a network
  /// sees in each face, or empty (as a whole or for some).
  void follow(FrameReading& frame, const std::vector<std::vector<float>>& features = {});
  /// Ids given so far.
  std::int64_t count() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace mien
