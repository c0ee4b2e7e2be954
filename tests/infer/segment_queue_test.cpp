#include "mien/infer/segment_queue.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <future>
#include <limits>
#include <numeric>
#include <optional>
#include <set>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mien {
namespace {

using testing::ElementsAre;

/// For so long one looks whether a call that should wait does.
constexpr std::chrono::milliseconds kMoment(40);

const std::stop_token& never() {
  static const std::stop_token kNever;
  return kNever;
}

/// One frame that carries a number of its own.
Segment segment_of(std::int64_t content) {
  Segment segment;
  segment.frames.resize(1);
  segment.frames[0].index = content;
  return segment;
}

std::int64_t content_of(const Segment& segment) {
  return segment.frames.at(0).index;
}

/// A call on a thread of its own; it has to end for the test to end.
template <typename Call>
auto start(Call call) {
  return std::async(std::launch::async, std::move(call));
}

template <typename Result>
bool waits(std::future<Result>& call) {
  return call.wait_for(kMoment) == std::future_status::timeout;
}

/// Puts segments with contents from 100 on and takes them again, as readers do.
std::vector<Segment> put_and_take(SegmentQueue& queue, std::int64_t count) {
  std::vector<Segment> taken;
  taken.reserve(static_cast<std::size_t>(count));
  for (std::int64_t i = 0; i < count; ++i) queue.put(segment_of(100 + i));
  for (std::int64_t i = 0; i < count; ++i) taken.push_back(queue.take(never()).value());
  return taken;
}

/// The contents of all that still comes.
std::vector<std::int64_t> delivered(SegmentQueue& queue) {
  std::vector<std::int64_t> contents;
  while (std::optional<Segment> segment = queue.take_read()) {
    EXPECT_EQ(segment->number, static_cast<std::int64_t>(contents.size()));
    contents.push_back(content_of(*segment));
    queue.recycle(std::move(segment->frames));
  }
  return contents;
}

TEST(SegmentQueue, NumbersWhatComesInAndHandsItToReadersInThatOrder) {
  SegmentQueue queue(3);
  for (const std::int64_t content : {7, 5, 6}) {
    Segment segment = segment_of(content);
    segment.number = 99;
    queue.put(std::move(segment));
  }
  std::vector<std::int64_t> contents;
  contents.reserve(3);
  for (std::int64_t number = 0; number < 3; ++number) {
    const Segment segment = queue.take(never()).value();
    EXPECT_EQ(segment.number, number);
    contents.push_back(content_of(segment));
  }
  EXPECT_THAT(contents, ElementsAre(7, 5, 6));
}

TEST(SegmentQueue, DeliversInOrderWhateverOrderTheyWereReadIn) {
  std::array<std::size_t, 4> order = {0, 1, 2, 3};
  do {
    SegmentQueue queue(4);
    std::vector<Segment> taken = put_and_take(queue, 4);
    queue.finish();
    for (const std::size_t i : order) queue.put_read(std::move(taken[i]));
    EXPECT_THAT(delivered(queue), ElementsAre(100, 101, 102, 103)) << testing::PrintToString(order);
  } while (std::next_permutation(order.begin(), order.end()));
}

TEST(SegmentQueue, WhatIsReadEarlyWaitsForWhatComesBefore) {
  SegmentQueue queue(3);
  std::vector<Segment> taken = put_and_take(queue, 3);
  queue.put_read(std::move(taken[1]));
  queue.put_read(std::move(taken[2]));
  queue.finish();
  std::future<std::vector<std::int64_t>> all = start([&] { return delivered(queue); });
  EXPECT_TRUE(waits(all));
  queue.put_read(std::move(taken[0]));
  EXPECT_THAT(all.get(), ElementsAre(100, 101, 102));
}

TEST(SegmentQueue, OnlySoManyAreUnderWay) {
  SegmentQueue queue(2);
  for (std::int64_t i = 0; i < 2; ++i) {
    ASSERT_TRUE(queue.wait_for_room(never())) << i;
    queue.put(segment_of(i));
  }
  std::future<bool> room = start([&] { return queue.wait_for_room(never()); });
  EXPECT_TRUE(waits(room));
  queue.put_read(queue.take(never()).value());
  EXPECT_TRUE(waits(room)) << "it is read, and not delivered";
  Segment segment = queue.take_read().value();
  EXPECT_TRUE(waits(room)) << "its frames are in use while it is delivered";
  queue.recycle(std::move(segment.frames));
  EXPECT_TRUE(room.get());
  queue.put(segment_of(2));
  room = start([&] { return queue.wait_for_room(never()); });
  EXPECT_TRUE(waits(room)) << "one went, one came";
  queue.put_read(queue.take(never()).value());
  queue.recycle(queue.take_read().value().frames);
  EXPECT_TRUE(room.get());
}

TEST(SegmentQueue, TheEndWakesAllWhoWaitAndStays) {
  SegmentQueue queue(2);
  std::vector<std::future<bool>> calls;
  calls.reserve(5);
  for (int i = 0; i < 4; ++i) {
    calls.push_back(start([&] { return queue.take(never()).has_value(); }));
  }
  calls.push_back(start([&] { return queue.take_read().has_value(); }));
  for (std::future<bool>& call : calls) EXPECT_TRUE(waits(call));
  queue.finish();
  for (std::future<bool>& call : calls) EXPECT_FALSE(call.get());
  EXPECT_FALSE(queue.take(never()).has_value());
  EXPECT_FALSE(queue.take_read().has_value());
}

TEST(SegmentQueue, TheEndComesAfterAllThatIsUnderWay) {
  SegmentQueue queue(2);
  queue.put(segment_of(100));
  queue.put(segment_of(101));
  queue.finish();
  Segment first = queue.take(never()).value();
  Segment second = queue.take(never()).value();
  EXPECT_FALSE(queue.take(never()).has_value());
  std::future<std::vector<std::int64_t>> all = start([&] { return delivered(queue); });
  EXPECT_TRUE(waits(all));
  queue.put_read(std::move(first));
  EXPECT_TRUE(waits(all)) << "one is still read";
  queue.put_read(std::move(second));
  EXPECT_THAT(all.get(), ElementsAre(100, 101));
}

TEST(SegmentQueue, AStopWakesAllWhoWait) {
  SegmentQueue queue(1);
  put_and_take(queue, 1);  // there is neither room nor anything to read
  std::stop_source stop;
  std::vector<std::future<bool>> calls;
  calls.reserve(6);
  for (int i = 0; i < 3; ++i) {
    calls.push_back(start([&] { return queue.take(stop.get_token()).has_value(); }));
    calls.push_back(start([&] { return queue.wait_for_room(stop.get_token()); }));
  }
  for (std::future<bool>& call : calls) EXPECT_TRUE(waits(call));
  stop.request_stop();
  for (std::future<bool>& call : calls) EXPECT_FALSE(call.get());
}

TEST(SegmentQueue, AStopWakesNobodyElse) {
  SegmentQueue queue(1);
  std::stop_source stop;
  std::future<bool> stopped = start([&] { return queue.take(stop.get_token()).has_value(); });
  std::future<Segment> other = start([&] { return queue.take(never()).value(); });
  EXPECT_TRUE(waits(stopped));
  stop.request_stop();
  EXPECT_FALSE(stopped.get());
  EXPECT_TRUE(waits(other));
  queue.put(segment_of(100));
  EXPECT_EQ(content_of(other.get()), 100);
}

TEST(SegmentQueue, WhoIsStoppedTakesNothingAway) {
  SegmentQueue queue(2);
  queue.put(segment_of(100));
  std::stop_source stop;
  stop.request_stop();
  EXPECT_FALSE(queue.take(stop.get_token()).has_value());
  EXPECT_FALSE(queue.wait_for_room(stop.get_token())) << "there would be room";
  EXPECT_TRUE(queue.wait_for_room(never()));
  EXPECT_EQ(content_of(queue.take(never()).value()), 100);
}

std::string message_of(const Segment& segment) {
  if (!segment.error) return "";
  try {
    std::rethrow_exception(segment.error);
  } catch (const std::exception& error) {
    return error.what();
  }
}

TEST(SegmentQueue, AnErrorComesInItsTurn) {
  SegmentQueue queue(3);
  std::vector<Segment> taken = put_and_take(queue, 3);
  queue.finish();
  taken[1].error = std::make_exception_ptr(std::runtime_error("spoilt"));
  for (const std::size_t i : {1U, 2U, 0U}) queue.put_read(std::move(taken[i]));
  std::vector<std::string> messages;
  while (std::optional<Segment> segment = queue.take_read()) {
    messages.push_back(message_of(*segment));
    queue.recycle(std::move(segment->frames));
  }
  EXPECT_THAT(messages, ElementsAre("", "spoilt", ""));
}

TEST(SegmentQueue, FramesComeBackWithTheirMemory) {
  SegmentQueue queue(1);
  EXPECT_TRUE(queue.spare_frame().image.empty());
  Segment segment;
  std::set<const std::uint8_t*> memory;
  for (int i = 0; i < 2; ++i) {
    VideoFrame frame;
    frame.image = Image(8, 8);
    memory.insert(frame.image.pixels.data());
    segment.frames.push_back(std::move(frame));
  }
  queue.put(std::move(segment));
  queue.put_read(queue.take(never()).value());
  EXPECT_TRUE(queue.spare_frame().image.empty());
  queue.recycle(queue.take_read().value().frames);
  const VideoFrame first = queue.spare_frame();
  const VideoFrame second = queue.spare_frame();
  EXPECT_EQ((std::set{first.image.pixels.data(), second.image.pixels.data()}), memory);
  EXPECT_TRUE(queue.spare_frame().image.empty());
}

/// One that puts, several that read, the test that delivers: as a video is read.
class Belt {
 public:
  /// At most `most` of `segments` are to be under way.
  Belt(std::int64_t most, std::int64_t segments) : segments_(segments), queue_(most) {}

  /// Contents as delivered. Gives up after the first `wanted`, whatever is under way then.
  std::vector<std::int64_t> run(int readers, std::size_t wanted) {
    std::vector<std::int64_t> contents;
    std::vector<std::jthread> threads;
    threads.reserve(static_cast<std::size_t>(readers) + 1);
    threads.emplace_back([this](const std::stop_token& token) { put_all(token); });
    for (int i = 0; i < readers; ++i) {
      threads.emplace_back([this](const std::stop_token& token) { read_all(token); });
    }
    while (contents.size() < wanted) {
      std::optional<Segment> segment = queue_.take_read();
      if (!segment) break;
      EXPECT_EQ(segment->number, static_cast<std::int64_t>(contents.size()));
      EXPECT_EQ(segment->seconds.read, 1) << "times that it was read";
      contents.push_back(content_of(*segment));
      --under_way_;
      queue_.recycle(std::move(segment->frames));
    }
    for (std::jthread& thread : threads) thread.request_stop();
    return contents;
  }

  std::int64_t largest() const { return largest_; }  ///< segments under way at once
  std::int64_t made() const { return made_; }        ///< frames that got memory

  static constexpr std::int64_t kFramesEach = 3;

 private:
  void put_all(const std::stop_token& token) {
    for (std::int64_t i = 0; i < segments_ && queue_.wait_for_room(token); ++i) {
      largest_ = std::max<std::int64_t>(largest_, ++under_way_);
      Segment segment;
      segment.frames.reserve(kFramesEach);
      for (std::int64_t k = 0; k < kFramesEach; ++k) segment.frames.push_back(frame_of(i));
      queue_.put(std::move(segment));
    }
    queue_.finish();
  }
  VideoFrame frame_of(std::int64_t content) {
    VideoFrame frame = queue_.spare_frame();
    if (frame.image.empty()) {
      frame.image = Image(2, 2);
      ++made_;
    }
    frame.index = content;
    return frame;
  }
  void read_all(const std::stop_token& token) {
    while (std::optional<Segment> segment = queue_.take(token)) {
      // Some take longer, so that those after them are read before them.
      if (segment->number % 5 == 2) std::this_thread::sleep_for(std::chrono::microseconds(300));
      segment->seconds.read += 1;
      queue_.put_read(std::move(*segment));
    }
  }

  std::int64_t segments_;
  SegmentQueue queue_;
  std::atomic<std::int64_t> under_way_ = 0;
  std::int64_t largest_ = 0;  // of the thread that puts, like the next
  std::int64_t made_ = 0;
};

std::vector<std::int64_t> numbers_up_to(std::size_t count) {
  std::vector<std::int64_t> numbers(count);
  std::iota(numbers.begin(), numbers.end(), std::int64_t{0});
  return numbers;
}

struct BeltCase {
  std::int64_t most;
  int readers;
};

TEST(SegmentQueue, ManyThreadsLoseNothingAndKeepTheOrderInBoundedMemory) {
  constexpr std::int64_t kSegments = 300;
  for (const BeltCase& each :
       {BeltCase{1, 1}, BeltCase{1, 4}, BeltCase{2, 3}, BeltCase{5, 4}, BeltCase{64, 8}}) {
    SCOPED_TRACE(testing::Message() << each.most << " under way, " << each.readers << " readers");
    Belt belt(each.most, kSegments);
    EXPECT_EQ(belt.run(each.readers, std::numeric_limits<std::size_t>::max()),
              numbers_up_to(kSegments));
    EXPECT_LE(belt.largest(), each.most);
    EXPECT_LE(belt.made(), each.most * Belt::kFramesEach);
  }
}

TEST(SegmentQueue, GivenUpInTheMiddleAllThreadsEnd) {
  constexpr std::int64_t kEndless = std::numeric_limits<std::int64_t>::max();
  for (const std::int64_t most : {1, 3}) {
    for (const std::size_t wanted : {0U, 1U, 20U}) {
      EXPECT_EQ(Belt(most, kEndless).run(4, wanted), numbers_up_to(wanted)) << most;
    }
  }
}

}  // namespace
}  // namespace mien
