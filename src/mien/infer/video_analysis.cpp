#include "mien/infer/video_analysis.h"

#include <algorithm>
#include <thread>
#include <utility>

#include "mien/error.h"
#include "mien/infer/segment_queue.h"
#include "mien/infer/single_thread.h"

namespace mien {
namespace {

constexpr std::int64_t kMostThreads = 256;
constexpr std::int64_t kMostDetectEvery = 250;  // so many pictures are in memory at once, twice

/// Decodes ahead into a queue. How it ended is known once the queue is at its end.
class Decoding {
 public:
  Decoding(const std::string& name, const VideoAnalysisOptions& options, const StopFlag* stop)
      : options_(options), stop_(stop), reader_(name, reader_options(options, stop)) {}

  const VideoInfo& info() const { return reader_.info(); }
  bool live() const { return info().live; }

  void run(SegmentQueue& queue, const std::stop_token& abandoned) {
    bool more = true;
    while (more && queue.wait_for_room(abandoned)) {
      const double begin = thread_seconds();
      Segment segment;
      segment.fresh = frames_ % options_.detect_every == 0;
      try {
        more = fill(segment, queue);
      } catch (...) {
        segment.error = std::current_exception();
        more = false;
      }
      segment.seconds.decode = thread_seconds() - begin;
      const bool empty = segment.frames.empty() && !segment.error;
      if (!empty) queue.put(std::move(segment));
    }
    queue.finish();
  }

  VideoEnd end() const {
    if (stopped()) return {VideoEnd::State::kStopped, "stopped"};
    if (reached_to_) return {VideoEnd::State::kComplete, ""};
    return reader_.end();
  }
  std::int64_t damaged() const { return reader_.damaged(); }

 private:
  static VideoReaderOptions reader_options(const VideoAnalysisOptions& options,
                                           const StopFlag* stop) {
    constexpr std::int64_t kReadersEach = 4;  // a thread decodes for about so many that read
    VideoReaderOptions result;
    result.threads = static_cast<int>(std::max<std::int64_t>(1, options.threads / kReadersEach));
    result.stop = stop;
    return result;
  }
  bool stopped() const { return stop_ != nullptr && stop_->requested(); }

  /// Adds frames; false at the video's end.
  bool fill(Segment& segment, SegmentQueue& queue) {
    const std::int64_t length = live() ? 1 : options_.detect_every;
    for (std::int64_t i = 0; i < length; ++i) {
      if (stopped() || !pass_over()) return false;
      VideoFrame frame = queue.spare_frame();
      if (!reader_.read(frame)) return false;
      reached_to_ = options_.to > 0 && frame.timestamp >= options_.to;
      if (reached_to_) return false;
      segment.frames.push_back(std::move(frame));
      ++frames_;
    }
    return true;
  }
  bool pass_over() {
    if (frames_ > 0) return reader_.skip(options_.every - 1);
    return options_.from <= 0 || reader_.skip_to(options_.from);
  }

  VideoAnalysisOptions options_;
  const StopFlag* stop_;
  VideoReader reader_;
  std::int64_t frames_ = 0;
  bool reached_to_ = false;
};

void read_segments(SegmentReader reader, SegmentQueue& queue, const std::stop_token& abandoned) {
  // Segments are what is shared out among threads; the work within one is too small for that.
  const SingleThreadScope alone;
  while (std::optional<Segment> segment = queue.take(abandoned)) {
    try {
      reader.read(*segment);
    } catch (...) {
      segment->error = std::current_exception();
      segment->readings.clear();
    }
    queue.put_read(std::move(*segment));
  }
}

/// Asks all threads to stop before the first of them is waited for.
class StopAll {
 public:
  explicit StopAll(std::vector<std::jthread>& threads) : threads_(threads) {}
  ~StopAll() {
    for (std::jthread& thread : threads_) thread.request_stop();
  }
  StopAll(const StopAll&) = delete;
  StopAll& operator=(const StopAll&) = delete;

 private:
  std::vector<std::jthread>& threads_;
};

/// Gives frames away in order, with ids.
class Delivery {
 public:
  Delivery(const VideoAnalysisOptions& options, const FrameReceiver& receive)
      : tracker_(options.tracker), smoother_(options.smoothing), receive_(receive) {}

  /// Stops within the segment once `stop` is set.
  void deliver(Segment& segment, const StopFlag* stop) {
    const double begin = thread_seconds();
    for (std::size_t i = 0; i < segment.readings.size(); ++i) {
      if (stop != nullptr && stop->requested()) break;
      tracker_.follow(segment.readings[i], segment.features[i]);
      smoother_.apply(segment.readings[i]);
      receive_(segment.frames[i].image, segment.readings[i]);
      ++result_.frames;
    }
    StageSeconds& seconds = result_.seconds;
    seconds.decode += segment.seconds.decode;
    seconds.detect += segment.seconds.detect;
    seconds.follow += segment.seconds.follow;
    seconds.read += segment.seconds.read;
    seconds.deliver += thread_seconds() - begin;
    if (segment.error) std::rethrow_exception(segment.error);
  }
  VideoAnalysis result() const {
    VideoAnalysis result = result_;
    result.people = tracker_.count();
    return result;
  }

 private:
  Tracker tracker_;
  Smoother smoother_;
  const FrameReceiver& receive_;
  VideoAnalysis result_;
};

/// One more than there are readers, or fewer, so that large pictures do not fill the memory.
std::int64_t segments_under_way(const VideoInfo& info,
                                std::int64_t detect_every,
                                std::int64_t readers) {
  constexpr std::int64_t kMostBytes = std::int64_t{1} << 30;
  const std::int64_t picture = std::int64_t{3} * std::max(1, info.width) * std::max(1, info.height);
  return std::clamp<std::int64_t>(kMostBytes / (picture * detect_every), 2, readers + 1);
}

OptionError bad_option(const std::string& key, const std::string& needed) {
  return {key, key + ": " + needed + " is needed"};
}

}  // namespace

void FrameOptions::check_span() const {
  if (to > 0 && to <= from) throw bad_option("to", "a time after the one to start from");
}

void VideoAnalysisOptions::check() const {
  check_values(*this);
  check_span();
}

void describe(FrameOptions& options, Fields& fields) {
  fields.add("every", options.every, "of videos: only each so many-th frame", at_least(1));
  fields.add("from", options.from, "of videos: seconds at which to start", at_least(0));
  fields.add(
      "to", options.to, "of videos: seconds at which to end; 0: at the video's end", at_least(0));
  fields.add("detect_every",
             options.detect_every,
             "look for faces everywhere in each so many-th frame, in between where they were",
             between(1, kMostDetectEvery));
  fields.add("threads",
             options.threads,
             "threads that find and read faces; 0: one a processor",
             between(0, kMostThreads));
}

void describe(VideoAnalysisOptions& options, Fields& fields) {
  describe(static_cast<FrameOptions&>(options), fields);
  describe(options.tracker, fields);
  describe(options.smoothing, fields);
}

VideoAnalysis analyse_video(const std::string& name,
                            const Analyser& analyser,
                            const VideoAnalysisOptions& asked,
                            const FrameReceiver& receive,
                            const StopFlag* stop) {
  asked.check();
  VideoAnalysisOptions options = asked;
  options.threads = static_cast<std::int64_t>(thread_count(asked.threads));
  Decoding decoding(name, options, stop);
  const std::int64_t readers = decoding.live() ? 1 : options.threads;
  SegmentQueue queue(segments_under_way(decoding.info(), options.detect_every, readers));
  Delivery delivery(options, receive);
  {
    // Last made, first gone: whatever happens here, they are stopped and joined before the rest.
    std::vector<std::jthread> threads;
    const StopAll stop_all(threads);
    threads.emplace_back([&](const std::stop_token& token) { decoding.run(queue, token); });
    for (std::int64_t i = 0; i < readers; ++i) {
      threads.emplace_back([&](const std::stop_token& token) {
        read_segments(SegmentReader(analyser, name), queue, token);
      });
    }
    while (std::optional<Segment> segment = queue.take_read()) {
      delivery.deliver(*segment, stop);
      if (stop != nullptr && stop->requested()) break;
      queue.recycle(std::move(segment->frames));
    }
  }
  VideoAnalysis result = delivery.result();
  result.end = decoding.end();
  result.damaged = decoding.damaged();
  return result;
}

}  // namespace mien
