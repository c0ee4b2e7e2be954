#include "mien/infer/batch_meeting.h"

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <ATen/record_function.h>
#include <gtest/gtest.h>

#include "mien/error.h"

#include "patterns.h"
#include "readings.h"
#include "tiny_network.h"

namespace mien {
namespace {

using Milliseconds = std::chrono::milliseconds;

struct Picture {
  Image image;
  std::vector<FaceReading> faces;
};

/// With so many faces, each of which shows another pattern; another for each seed.
Picture picture_of(unsigned seed, int faces) {
  Picture picture{test::pattern(96, 32, seed), {}};
  for (int i = 0; i < faces; ++i) {
    picture.faces.push_back(test::face_in({static_cast<float>(32 * i), 0, 32, 32}));
  }
  return picture;
}

/// A face without a picture: reading it throws.
Picture unreadable() {
  return {Image(), {test::face_in({0, 0, 32, 32})}};
}

std::vector<Picture> pictures_of(std::size_t count) {
  constexpr std::size_t kFaces = 4;  // 0 to 3
  std::vector<Picture> pictures;
  pictures.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    pictures.push_back(picture_of(static_cast<unsigned>(i), static_cast<int>((i + 1) % kFaces)));
  }
  return pictures;
}

/// Counts the batches that a tiny network reads, and holds each up until it is opened. libtorch
/// tells of each operator that it runs; the units' sigmoid comes once a batch.
class BatchGate {
 public:
  BatchGate() {
    here = this;
    handle_ = at::addGlobalCallback(
        at::RecordFunctionCallback(&BatchGate::see).scopes({at::RecordScope::FUNCTION}));
  }
  ~BatchGate() {
    at::removeCallback(handle_);
    here = nullptr;
  }
  BatchGate(const BatchGate&) = delete;
  BatchGate& operator=(const BatchGate&) = delete;

  /// Until a batch is held up.
  void wait() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return batches_ > 0; });
  }
  void open() {
    {
      const std::lock_guard lock(mutex_);
      open_ = true;
    }
    changed_.notify_all();
  }
  int batches() const { return batches_; }  ///< once all have read

 private:
  static std::unique_ptr<at::ObserverContext> see(const at::RecordFunction& function) {
    if (std::string_view(function.name()) == "aten::sigmoid") here->pass();
    return nullptr;
  }
  void pass() {
    std::unique_lock lock(mutex_);
    ++batches_;
    changed_.notify_all();
    changed_.wait(lock, [this] { return open_; });
  }

  inline static BatchGate* here = nullptr;
  at::CallbackHandle handle_ = at::INVALID_CALLBACK_HANDLE;
  std::mutex mutex_;
  std::condition_variable changed_;
  int batches_ = 0;
  bool open_ = false;
};

struct Outcome {
  std::vector<FaceFeatures> features;
  std::string error;  ///< what was thrown; empty: nothing
};

class BatchMeetingTest : public testing::Test {
 protected:
  Outcome read(Picture& picture) {
    try {
      return {meeting_.read({&picture.image, &picture.faces}), ""};
    } catch (const UsageError& error) {
      return {{}, error.what()};
    }
  }
  void expect_as_alone(const Picture& picture, const Outcome& outcome) const {
    EXPECT_EQ(outcome.error, "");
    std::vector<FaceReading> alone = picture.faces;
    for (FaceReading& face : alone) face.prediction = {};
    const PictureFaces place{&picture.image, &alone};
    const auto features = analyser_.read({&place, 1});
    EXPECT_TRUE(test::same(picture.faces, alone));
    ASSERT_EQ(outcome.features.size(), alone.size());
    for (std::size_t i = 0; i < alone.size(); ++i) {
      EXPECT_LE(test::largest_difference(outcome.features[i], features[0][i]), 1e-3) << i;
    }
  }
  /// Each picture in its turn on one of several threads.
  std::vector<Outcome> race(std::vector<Picture>& pictures) {
    constexpr std::size_t kThreads = 6;
    std::vector<Outcome> outcomes(pictures.size());
    std::vector<std::jthread> threads;
    threads.reserve(kThreads);
    for (std::size_t first = 0; first < kThreads; ++first) {
      threads.emplace_back([&, first] {
        for (std::size_t i = first; i < pictures.size(); i += kThreads) {
          outcomes[i] = read(pictures[i]);
        }
      });
    }
    for (std::jthread& thread : threads) thread.join();
    return outcomes;
  }
  /// Reads the first picture, a thread each, and holds that up while the others come, for which
  /// there is so much time. -> batches that were read
  int gather(std::vector<Picture>& pictures, std::vector<Outcome>& outcomes, Milliseconds time) {
    BatchGate gate;
    outcomes.assign(pictures.size(), {});
    std::vector<std::jthread> threads;
    threads.reserve(pictures.size());
    for (std::size_t i = 0; i < pictures.size(); ++i) {
      threads.emplace_back([&, i] { outcomes[i] = read(pictures[i]); });
      if (i == 0) gate.wait();
    }
    std::this_thread::sleep_for(time);
    gate.open();
    for (std::jthread& thread : threads) thread.join();
    return gate.batches();
  }
  /// On a busy machine some may come too late, so they get ever more time while there are other
  /// numbers of batches than expected.
  std::vector<Outcome> gather_until(std::vector<Picture>& pictures, int expected) {
    constexpr Milliseconds kMost(8000);
    std::vector<Outcome> outcomes;
    int batches = 0;
    for (Milliseconds time(50); batches != expected && time < kMost; time *= 2) {
      batches = gather(pictures, outcomes, time);
    }
    EXPECT_EQ(batches, expected);
    return outcomes;
  }

  test::TempFolder folder_;
  Analyser analyser_{test::options_with({test::save_tiny(folder_, "tiny")})};
  BatchMeeting meeting_{analyser_};
};

TEST_F(BatchMeetingTest, OneCallerGetsWhatTheAnalyserGives) {
  std::vector<Picture> pictures = pictures_of(4);
  std::vector<Outcome> outcomes;
  outcomes.reserve(pictures.size());
  for (Picture& picture : pictures) outcomes.push_back(read(picture));
  for (std::size_t i = 0; i < pictures.size(); ++i) expect_as_alone(pictures[i], outcomes[i]);
  EXPECT_EQ(outcomes[1].features.at(1).size(), 32U);
  EXPECT_TRUE(outcomes[3].features.empty());
  // The faces do not read the same: mixed up ones would be seen here and below.
  EXPECT_GT(test::largest_difference(outcomes[0].features.at(0), outcomes[1].features.at(0)), 0.01);
  EXPECT_GT(test::largest_difference(outcomes[1].features.at(0), outcomes[1].features.at(1)), 0.01);
}

TEST_F(BatchMeetingTest, WithoutANetworkEachFaceHasNoFeatures) {
  const Analyser finder(test::options_with({}));
  BatchMeeting meeting(finder);
  Picture picture = picture_of(1, 2);
  EXPECT_EQ(meeting.read({&picture.image, &picture.faces}), std::vector<FaceFeatures>(2));
}

TEST_F(BatchMeetingTest, ThreadsThatRaceGetEachItsOwn) {
  std::vector<Picture> pictures = pictures_of(72);
  const std::vector<Outcome> outcomes = race(pictures);
  for (std::size_t i = 0; i < pictures.size(); ++i) {
    SCOPED_TRACE(i);
    expect_as_alone(pictures[i], outcomes[i]);
  }
}

TEST_F(BatchMeetingTest, ThoseWhoComeWhileOneReadsAreReadAsOneBatch) {
  std::vector<Picture> pictures = pictures_of(7);
  const std::vector<Outcome> outcomes = gather_until(pictures, 2);  // the first, all others
  for (std::size_t i = 0; i < pictures.size(); ++i) {
    SCOPED_TRACE(i);
    expect_as_alone(pictures[i], outcomes[i]);
  }
}

TEST_F(BatchMeetingTest, AnErrorGoesToAllOfItsBatchAndToNobodyElse) {
  std::vector<Picture> pictures = pictures_of(6);
  pictures[3] = picture_of(3, 1);  // one without faces would be read unseen
  pictures[4] = unreadable();
  // The second batch fails before a network sees it.
  const std::vector<Outcome> outcomes = gather_until(pictures, 1);
  expect_as_alone(pictures[0], outcomes[0]);
  for (std::size_t i = 1; i < pictures.size(); ++i) {
    EXPECT_NE(outcomes[i].error, "") << i;
    EXPECT_EQ(outcomes[i].error, outcomes[4].error) << i;
  }
  expect_as_alone(pictures[1], read(pictures[1]));
}

TEST_F(BatchMeetingTest, AfterAnErrorTheNextIsRead) {
  Picture bad = unreadable();
  Picture good = picture_of(1, 2);
  for (int i = 0; i < 3; ++i) {
    EXPECT_NE(read(bad).error, "");
    expect_as_alone(good, read(good));
  }
}

TEST_F(BatchMeetingTest, ErrorsOfThreadsThatRaceHoldNobodyUp) {
  std::vector<Picture> pictures = pictures_of(72);
  for (std::size_t i = 0; i < pictures.size(); i += 5) pictures[i] = unreadable();
  const std::string expected = read(pictures[0]).error;
  ASSERT_NE(expected, "");
  const std::vector<Outcome> outcomes = race(pictures);
  for (std::size_t i = 0; i < pictures.size(); ++i) {
    SCOPED_TRACE(i);
    if (i % 5 == 0 || !outcomes[i].error.empty()) {
      EXPECT_EQ(outcomes[i].error, expected);  // its own, or that of one in its batch
    } else {
      expect_as_alone(pictures[i], outcomes[i]);
    }
  }
}

}  // namespace
}  // namespace mien
