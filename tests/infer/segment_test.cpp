#include "mien/infer/segment.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <thread>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "../face/faces.h"
#include "patterns.h"
#include "readings.h"
#include "tiny_network.h"

namespace mien {
namespace {

using test::options_with;
using testing::ElementsAre;

void work_for(double seconds) {
  const double end = thread_seconds() + seconds;
  while (thread_seconds() < end) {
  }
}

TEST(ThreadSeconds, CountWhatTheThreadWorksAndNotWhatItWaits) {
  const double begin = thread_seconds();
  work_for(0.05);  // it ends: they grow
  const double worked = thread_seconds();
  EXPECT_GE(worked - begin, 0.05);
  std::this_thread::sleep_for(std::chrono::milliseconds(200));
  EXPECT_LT(thread_seconds() - worked, 0.1);
}

TEST(ThreadSeconds, CountNobodyElsesWork) {
  const double begin = thread_seconds();
  std::thread([] { work_for(0.2); }).join();
  EXPECT_LT(thread_seconds() - begin, 0.1);
}

Segment segment_of(const std::vector<Image>& images, bool fresh = true) {
  Segment segment;
  segment.fresh = fresh;
  segment.frames.reserve(images.size());
  for (std::size_t i = 0; i < images.size(); ++i) {
    const auto place = static_cast<std::int64_t>(i);
    segment.frames.push_back({images[i], 40 + 2 * place, 1.6 + 0.08 * static_cast<double>(place)});
  }
  return segment;
}

TEST(SegmentReader, ReadsTheFacesOfAllFrames) {
  const test::TempFolder folder;
  AnalyserOptions options = options_with({test::save_tiny(folder, "tiny")});
  options.detector = kNoDetector;
  options.batch = 2;  // the three faces are no whole number of batches
  const Analyser analyser(options);
  const std::vector<Image> images = {
      test::pattern(32, 32, 1), Image(), test::pattern(40, 24, 2), test::pattern(32, 32, 3)};
  Segment segment = segment_of(images);
  segment.readings.resize(9);  // as if it had been read before
  segment.readings[1].faces.resize(3);
  segment.seconds.decode = 0.5;
  SegmentReader(analyser, "clip.mp4").read(segment);
  const auto expected = analyser.analyse(images);
  ASSERT_EQ(segment.readings.size(), 4U);
  ASSERT_EQ(segment.features.size(), 4U);
  for (std::size_t i = 0; i < images.size(); ++i) {
    const FrameReading& reading = segment.readings[i];
    EXPECT_EQ(reading.input, "clip.mp4");
    EXPECT_EQ(reading.frame, segment.frames[i].index);
    EXPECT_EQ(reading.timestamp, segment.frames[i].timestamp);
    EXPECT_TRUE(test::same(reading.faces, expected[i])) << i;
    ASSERT_EQ(segment.features[i].size(), expected[i].size()) << i;
    for (const FaceFeatures& features : segment.features[i]) EXPECT_EQ(features.size(), 32U);
  }
  EXPECT_TRUE(segment.readings[1].faces.empty());
  EXPECT_FALSE(test::same(segment.readings[0].faces, expected[3])) << "all faces read the same";
  EXPECT_GT(segment.seconds.read, 0);
  EXPECT_EQ(segment.seconds.decode, 0.5);
  EXPECT_FALSE(segment.error);
}

TEST(SegmentReader, ASegmentWithoutFrames) {
  AnalyserOptions options = options_with({});
  options.detector = kNoDetector;
  const Analyser analyser(options);
  Segment segment = segment_of({});
  SegmentReader(analyser, "clip.mp4").read(segment);
  EXPECT_TRUE(segment.readings.empty());
  EXPECT_TRUE(segment.features.empty());
}

/// Over a grey ground the woman's head, once for each of these distances from the left.
Image heads_at(const std::vector<int>& lefts) {
  static const Image kHead =
      resize(crop(test::astronaut(), 120, 20, 200, 200), 120, 120, Interpolation::kBilinear);
  Image image(480, 180);
  std::fill(image.pixels.begin(), image.pixels.end(), std::uint8_t{110});
  for (const int left : lefts) {
    for (int y = 0; y < kHead.height; ++y) {
      std::copy_n(kHead.row(y), kHead.row_bytes(), image.row(y + 30) + std::ptrdiff_t{3} * left);
    }
  }
  return image;
}

/// Two places of heads that do not touch.
constexpr int kHere = 20;
constexpr int kThere = 320;

class SegmentFaces : public testing::Test {
 protected:
  /// Reads frames with heads at those places. -> how many faces were found in each
  std::vector<std::size_t> read(const std::vector<std::vector<int>>& frames, bool fresh = true) {
    std::vector<Image> images;
    images.reserve(frames.size());
    for (const std::vector<int>& lefts : frames) images.push_back(heads_at(lefts));
    last_ = segment_of(images, fresh);
    reader_.read(last_);
    std::vector<std::size_t> counts;
    counts.reserve(frames.size());
    for (std::size_t i = 0; i < frames.size(); ++i) {
      counts.push_back(last_.readings[i].faces.size());
      EXPECT_EQ(last_.features[i].size(), counts.back());
    }
    return counts;
  }

  Analyser analyser_{options_with({})};  // finds, and does not read
  SegmentReader reader_{analyser_, "clip.mp4"};
  Segment last_;
};

TEST_F(SegmentFaces, AreLookedForEverywhereInTheFirstFrameAlone) {
  EXPECT_THAT(read({{kHere}, {kHere, kThere}, {kHere + 6, kThere}}), ElementsAre(1U, 1U, 1U));
  EXPECT_NEAR(last_.readings[1].faces.at(0).box.x, kHere + 35, 10);
  EXPECT_NEAR(last_.readings[2].faces.at(0).box.x, kHere + 41, 10);
  EXPECT_GT(last_.seconds.detect, 0);
  EXPECT_GT(last_.seconds.follow, 0);
  // Who came in meanwhile is found where the next segment begins.
  EXPECT_THAT(read({{kHere, kThere}}), ElementsAre(2U));
  EXPECT_GT(last_.seconds.detect, 0);
  EXPECT_EQ(last_.seconds.follow, 0);
}

TEST_F(SegmentFaces, GoOnFromTheSegmentBefore) {
  EXPECT_THAT(read({{kHere}}), ElementsAre(1U));
  EXPECT_THAT(read({{kHere + 3}}, false), ElementsAre(1U));
  EXPECT_THAT(read({{kHere + 6, kThere}, {kHere + 9, kThere}}, false), ElementsAre(1U, 1U));
  EXPECT_EQ(last_.seconds.detect, 0);
  EXPECT_GT(last_.seconds.follow, 0);
}

TEST_F(SegmentFaces, AreNoneWhereNothingCameBefore) {
  EXPECT_THAT(read({{kHere}, {kHere}}, false), ElementsAre(0U, 0U));
}

TEST_F(SegmentFaces, AreForgottenWhereASegmentBeginsAfresh) {
  EXPECT_THAT(read({{kHere}}), ElementsAre(1U));
  EXPECT_THAT(read({{}}), ElementsAre(0U));
  EXPECT_THAT(read({{kHere}}, false), ElementsAre(0U));
}

TEST_F(SegmentFaces, ThatWereLostAreFoundAgainWhereTheyWere) {
  EXPECT_THAT(read({{kHere}, {}, {}, {kHere + 6}}), ElementsAre(1U, 0U, 0U, 1U));
  EXPECT_THAT(read({{}, {kHere}}, false), ElementsAre(0U, 1U));
  EXPECT_THAT(read({{kHere}, {}, {kThere}}), ElementsAre(1U, 0U, 0U));
}

TEST_F(SegmentFaces, ThatAreThereDoNotCoverThoseThatWereLost) {
  EXPECT_THAT(read({{kHere, kThere}, {kHere}, {kHere}, {kHere, kThere}}),
              ElementsAre(2U, 1U, 1U, 2U));
  EXPECT_NEAR(last_.readings[1].faces.at(0).box.x, kHere + 35, 10);
  EXPECT_THAT(read({{kThere}, {kHere, kThere}}, false), ElementsAre(1U, 2U));
}

/// Heads that are seen ever worse.
std::vector<Image> fading_heads() {
  std::vector<Image> images;
  const Image clear = heads_at({kHere});
  constexpr int kSteps = 16;
  images.reserve(std::size_t{2} * kSteps);
  for (int i = 1; i <= kSteps; ++i) images.push_back(adjust_contrast(clear, 1 - 0.055 * i));
  for (int i = 1; i <= kSteps; ++i) images.push_back(blur(clear, 0.5 * i));
  return images;
}

/// Finds a face in the clear head where it follows the faded one, and only a candidate in that.
struct Strict {
  Image faded;
  Analyser analyser;
};

std::optional<Strict> strict_analyser() {
  AnalyserOptions lenient = options_with({});
  lenient.faces.min_confidence = 0.5;
  const Analyser first(lenient);
  for (const Image& faded : fading_heads()) {
    const std::vector<FaceReading> faces = first.detect(faded);
    if (faces.size() != 1) continue;
    AnalyserOptions options = lenient;
    options.faces.min_confidence = (1 + faces[0].confidence) / 2;
    Analyser analyser(options);
    const std::vector<FaceReading> candidates = analyser.candidates(faded);
    const bool hardly =
        candidates.size() == 1 && candidates[0].confidence < analyser.least_confidence();
    if (!hardly || analyser.follow(heads_at({kHere}), candidates).empty()) continue;
    return Strict{faded, std::move(analyser)};
  }
  return std::nullopt;
}

TEST(SegmentReader, WhatIsHardlyAFaceIsLookedForInTheNextFrame) {
  const std::optional<Strict> strict = strict_analyser();
  if (!strict) FAIL() << "no picture is hardly a face: fading_heads() needs others";
  Segment segment = segment_of({strict->faded, heads_at({kHere})});
  SegmentReader(strict->analyser, "clip.mp4").read(segment);
  EXPECT_EQ(segment.readings[0].faces.size(), 0U);
  ASSERT_EQ(segment.readings[1].faces.size(), 1U);
  EXPECT_GE(segment.readings[1].faces[0].confidence, strict->analyser.least_confidence());
}

}  // namespace
}  // namespace mien
