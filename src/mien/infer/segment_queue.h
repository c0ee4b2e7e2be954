// The bounded belt between the thread that decodes, those that read and the one that delivers.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <stop_token>
#include <vector>

#include "mien/infer/segment.h"

namespace mien {

/// Segments go in numbered from 0, in order, and come out in order, whoever reads them in between.
/// Every wait ends when its stop token is set.
class SegmentQueue {
 public:
  /// At most `most` segments are under way.
  explicit SegmentQueue(std::int64_t most) : most_(most) {}

  /// Waits until there is room for another segment; false when stopped.
  bool wait_for_room(const std::stop_token& stopped);
  void put(Segment segment);
  /// No segment will come.
  void finish();

  /// The next segment to read; nothing at the end, or when stopped.
  std::optional<Segment> take(const std::stop_token& stopped);
  void put_read(Segment segment);

  /// The next segment in order, once it is read; nothing at the end. It is under way, and no other
  /// comes, until `recycle`.
  std::optional<Segment> take_read();

  /// The frames of the segment that came last: their memory may be used again.
  void recycle(std::vector<VideoFrame> frames);
  VideoFrame spare_frame();

 private:
  std::int64_t most_;
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::deque<Segment> waiting_;
  std::map<std::int64_t, Segment> read_;
  std::vector<VideoFrame> spare_;
  std::int64_t put_ = 0;
  std::int64_t delivered_ = 0;
  bool finished_ = false;
};

}  // namespace mien
