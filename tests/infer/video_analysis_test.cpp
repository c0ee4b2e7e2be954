#include "mien/infer/video_analysis.h"

#include <stdexcept>

#include <gtest/gtest.h>

#include "mien/error.h"
#include "mien/image/video_writer.h"

#include "../face/faces.h"
#include "readings.h"
#include "shared_folder.h"
#include "tiny_network.h"

namespace mien {
namespace {

constexpr double kRate = 25;

/// The woman's head moves to the right over a grey ground, comes and goes.
Image scene(int frame, bool with_face) {
  static const Image kHead =
      resize(crop(test::astronaut(), 120, 20, 200, 200), 120, 120, Interpolation::kBilinear);
  Image image(320, 180);
  std::fill(image.pixels.begin(), image.pixels.end(), std::uint8_t{110});
  if (!with_face) return image;
  const int left = 20 + 2 * frame;
  for (int y = 0; y < kHead.height; ++y) {
    std::copy_n(kHead.row(y), kHead.row_bytes(), image.row(y + 30) + std::ptrdiff_t{3} * left);
  }
  return image;
}

/// 50 frames; the face is there but for frames 20 to 29.
std::string made_video(const test::TempFolder& folder, int frames = 50) {
  const std::filesystem::path file = folder / "clip.mp4";
  VideoWriterOptions options;
  options.frame_rate = kRate;
  VideoWriter writer(file, 320, 180, options);
  for (int i = 0; i < frames; ++i) writer.write(scene(i, i < 20 || i >= 30));
  writer.finish();
  return file.string();
}

struct Result {
  VideoAnalysis analysis;
  std::vector<FrameReading> frames;
};

class VideoAnalysisTest : public testing::Test {
 protected:
  Result read(const VideoAnalysisOptions& options, const StopFlag* stop = nullptr) {
    Result result;
    result.analysis = analyse_video(
        file_,
        analyser_,
        options,
        [&](const Image& image, const FrameReading& reading) {
          EXPECT_EQ(image.width, 320);
          result.frames.push_back(reading);
        },
        stop);
    return result;
  }
  static VideoAnalysisOptions with_threads(std::int64_t threads) {
    VideoAnalysisOptions options;
    options.threads = threads;
    return options;
  }

  test::TempFolder folder_;
  Analyser analyser_{test::options_with({test::save_tiny(folder_, "a")})};
  std::string file_ = made_video(folder_);
};

TEST_F(VideoAnalysisTest, EveryFrameInOrderAndWhoIsThere) {
  const Result result = read(with_threads(2));
  EXPECT_EQ(result.analysis.end.state, VideoEnd::State::kComplete);
  EXPECT_EQ(result.analysis.frames, 50);
  EXPECT_EQ(result.analysis.people, 1);
  EXPECT_GT(result.analysis.seconds.detect, 0);
  EXPECT_GT(result.analysis.seconds.decode, 0);
  ASSERT_EQ(result.frames.size(), 50U);
  for (int i = 0; i < 50; ++i) {
    const FrameReading& frame = result.frames[static_cast<std::size_t>(i)];
    EXPECT_EQ(frame.input, file_);
    EXPECT_EQ(frame.frame, i);
    EXPECT_NEAR(frame.timestamp, i / kRate, 1e-3);
    ASSERT_EQ(frame.faces.size(), i < 20 || i >= 30 ? 1U : 0U) << i;
    if (frame.faces.empty()) continue;
    EXPECT_EQ(frame.faces[0].face_id, 1);
    EXPECT_EQ(frame.faces[0].prediction.expression.size(), 3U);
    EXPECT_FALSE(frame.faces[0].adjusted.has_value());
    EXPECT_NEAR(frame.faces[0].box.x, 55 + 2 * i, 8) << i;
  }
}

TEST_F(VideoAnalysisTest, TheSameOnAnyNumberOfThreads) {
  const Result one = read(with_threads(1));
  for (const std::int64_t threads : {2, 3, 0}) {
    const Result other = read(with_threads(threads));
    ASSERT_EQ(other.frames.size(), one.frames.size());
    for (std::size_t i = 0; i < one.frames.size(); ++i) {
      EXPECT_EQ(other.frames[i].frame, one.frames[i].frame);
      EXPECT_TRUE(test::same(other.frames[i].faces, one.frames[i].faces)) << i;
    }
  }
}

TEST_F(VideoAnalysisTest, FollowingFindsWhatLookingEverywhereFinds) {
  VideoAnalysisOptions everywhere = with_threads(2);
  everywhere.detect_every = 1;
  const Result all = read(everywhere);
  EXPECT_EQ(all.analysis.seconds.follow, 0);
  const Result followed = read(with_threads(2));
  for (std::size_t i = 0; i < all.frames.size(); ++i) {
    ASSERT_EQ(followed.frames[i].faces.size(), all.frames[i].faces.size()) << i;
    if (all.frames[i].faces.empty()) continue;
    EXPECT_GT(overlap_of_union(followed.frames[i].faces[0].box, all.frames[i].faces[0].box), 0.8);
  }
}

TEST_F(VideoAnalysisTest, APartOfTheFrames) {
  VideoAnalysisOptions options = with_threads(2);
  options.every = 4;
  options.from = 0.5;
  options.to = 1.5;
  const Result result = read(options);
  EXPECT_EQ(result.analysis.end.state, VideoEnd::State::kComplete);
  std::vector<std::int64_t> numbers;
  numbers.reserve(result.frames.size());
  for (const FrameReading& frame : result.frames) numbers.push_back(frame.frame);
  EXPECT_EQ(numbers, (std::vector<std::int64_t>{13, 17, 21, 25, 29, 33, 37}));
}

TEST_F(VideoAnalysisTest, NothingIsLeftOfAVideoThatEndsBefore) {
  VideoAnalysisOptions options = with_threads(1);
  options.from = 100;
  const Result result = read(options);
  EXPECT_TRUE(result.frames.empty());
  EXPECT_EQ(result.analysis.people, 0);
}

TEST_F(VideoAnalysisTest, SmoothedOnRequest) {
  VideoAnalysisOptions options = with_threads(2);
  options.smoothing.seconds = 0.5;
  const Result result = read(options);
  EXPECT_TRUE(result.frames[5].faces[0].adjusted.has_value());
}

TEST_F(VideoAnalysisTest, StopsWhenAsked) {
  StopFlag stop;
  VideoAnalysisOptions options = with_threads(2);
  options.detect_every = 4;
  int delivered = 0;
  const VideoAnalysis analysis = analyse_video(
      file_,
      analyser_,
      options,
      [&](const Image&, const FrameReading&) {
        if (++delivered == 6) stop.request();
      },
      &stop);
  EXPECT_EQ(analysis.end.state, VideoEnd::State::kStopped);
  EXPECT_EQ(delivered, 6);
  EXPECT_EQ(analysis.frames, 6);
}

TEST_F(VideoAnalysisTest, WhatTheReceiverThrowsComesOut) {
  const auto fail = [](const Image&, const FrameReading&) { throw std::runtime_error("full"); };
  EXPECT_THROW(analyse_video(file_, analyser_, with_threads(2), fail), std::runtime_error);
}

TEST_F(VideoAnalysisTest, WhatIsNoVideo) {
  const auto ignore = [](const Image&, const FrameReading&) {};
  const std::string file = folder_.write("text.mp4", "no video at all").string();
  EXPECT_THROW(analyse_video(file, analyser_, {}, ignore), DataError);
  EXPECT_THROW(analyse_video(file_ + "x", analyser_, {}, ignore), DataError);
}

TEST_F(VideoAnalysisTest, OptionsAreChecked) {
  VideoAnalysisOptions options;
  options.every = 0;
  EXPECT_THROW(options.check(), OptionError);
  options = {};
  options.from = 2;
  options.to = 1;
  EXPECT_THROW(options.check(), OptionError);
  options = {};
  options.detect_every = 0;
  EXPECT_THROW(options.check(), OptionError);
  set_option(fields_of(options), "smooth", "0.25");
  EXPECT_EQ(options.smoothing.seconds, 0.25);
}

TEST_F(VideoAnalysisTest, OnePersonKeepsOneId) {
  const auto file = test::shared_path("data/video/one_face.mp4");
  if (!file) GTEST_SKIP() << test::kNoShared;
  std::int64_t with_face = 0;
  VideoAnalysisOptions options = with_threads(2);
  options.to = 5;
  const VideoAnalysis analysis = analyse_video(
      file->string(), analyser_, options, [&](const Image&, const FrameReading& reading) {
        if (!reading.faces.empty()) ++with_face;
      });
  EXPECT_EQ(analysis.people, 1);
  EXPECT_GT(with_face, analysis.frames * 95 / 100);
}

}  // namespace
}  // namespace mien
