#include "mien/infer/segment_queue.h"

#include <utility>

namespace mien {

bool SegmentQueue::wait_for_room(const std::stop_token& stopped) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, stopped, [this] { return put_ - delivered_ < most_; });
  return !stopped.stop_requested();
}

void SegmentQueue::put(Segment segment) {
  {
    const std::lock_guard lock(mutex_);
    segment.number = put_++;
    waiting_.push_back(std::move(segment));
  }
  changed_.notify_all();
}

void SegmentQueue::finish() {
  {
    const std::lock_guard lock(mutex_);
    finished_ = true;
  }
  changed_.notify_all();
}

std::optional<Segment> SegmentQueue::take(const std::stop_token& stopped) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, stopped, [this] { return !waiting_.empty() || finished_; });
  if (stopped.stop_requested() || waiting_.empty()) return std::nullopt;
  Segment segment = std::move(waiting_.front());
  waiting_.pop_front();
  return segment;
}

void SegmentQueue::put_read(Segment segment) {
  {
    const std::lock_guard lock(mutex_);
    const std::int64_t number = segment.number;
    read_.emplace(number, std::move(segment));
  }
  changed_.notify_all();
}

std::optional<Segment> SegmentQueue::take_read() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock,
                [this] { return read_.contains(delivered_) || (finished_ && delivered_ == put_); });
  auto node = read_.extract(delivered_);
  if (node.empty()) return std::nullopt;
  return std::move(node.mapped());
}

void SegmentQueue::recycle(std::vector<VideoFrame> frames) {
  {
    const std::lock_guard lock(mutex_);
    ++delivered_;
    for (VideoFrame& frame : frames) spare_.push_back(std::move(frame));
  }
  changed_.notify_all();
}

VideoFrame SegmentQueue::spare_frame() {
  const std::lock_guard lock(mutex_);
  if (spare_.empty()) return {};
  VideoFrame frame = std::move(spare_.back());
  spare_.pop_back();
  return frame;
}

}  // namespace mien
