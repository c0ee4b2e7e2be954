#include "mien/image/video_reader.h"

#include <cmath>

#include <gtest/gtest.h>

#include "mien/error.h"

#include "pictures.h"
#include "remux.h"
#include "shared_folder.h"
#include "temp_folder.h"
#include "videos.h"

namespace mien {
namespace {

using test::read_all;
using test::remux;
using test::SeenFrame;
using test::write_numbered;

void expect_numbers_from(const std::vector<SeenFrame>& seen, int first) {
  for (std::size_t i = 0; i < seen.size(); ++i) {
    EXPECT_EQ(seen[i].index, first + static_cast<int>(i));
    EXPECT_EQ(seen[i].number, first + static_cast<int>(i));
  }
}

TEST(VideoReader, EveryFrameHasItsNumberAndTime) {
  const test::TempFolder folder;
  const auto seen = read_all(write_numbered(folder / "a.mp4", 120));
  ASSERT_EQ(seen.size(), 120U);
  expect_numbers_from(seen, 0);
  for (const SeenFrame& frame : seen) {
    EXPECT_NEAR(frame.timestamp, static_cast<double>(frame.index) / 25, 1e-9);
  }
}

TEST(VideoReader, ThreadsChangeNothing) {
  const test::TempFolder folder;
  write_numbered(folder / "a.mp4", 40);
  VideoReader one((folder / "a.mp4").string(), {.threads = 1});
  VideoReader four((folder / "a.mp4").string(), {.threads = 4});
  VideoFrame first;
  VideoFrame second;
  while (one.read(first)) {
    ASSERT_TRUE(four.read(second));
    EXPECT_EQ(first.image, second.image);
    EXPECT_EQ(first.index, second.index);
    EXPECT_EQ(first.timestamp, second.timestamp);
  }
  EXPECT_FALSE(four.read(second));
}

TEST(VideoReader, SaysWhatItReads) {
  const test::TempFolder folder;
  VideoReader reader(write_numbered(folder / "a.mp4", 50).string());
  EXPECT_EQ(reader.info().width, test::kVideoWidth);
  EXPECT_EQ(reader.info().height, test::kVideoHeight);
  EXPECT_DOUBLE_EQ(reader.info().frame_rate, 25);
  EXPECT_DOUBLE_EQ(reader.info().duration, 2);
  EXPECT_EQ(reader.info().frame_count, 50);
  EXPECT_FALSE(reader.info().live);
  EXPECT_EQ(reader.end().state, VideoEnd::State::kOpen);
  read_all(reader);
  EXPECT_EQ(reader.end().state, VideoEnd::State::kComplete);
  EXPECT_EQ(reader.damaged(), 0);
  VideoFrame frame;
  EXPECT_FALSE(reader.read(frame)) << "and it stays at the end";
}

TEST(VideoReader, UsesItsMemoryAgain) {
  const test::TempFolder folder;
  VideoReader reader(write_numbered(folder / "a.mp4", 5).string());
  VideoFrame frame;
  ASSERT_TRUE(reader.read(frame));
  const std::uint8_t* pixels = frame.image.pixels.data();
  while (reader.read(frame)) EXPECT_EQ(frame.image.pixels.data(), pixels);
}

TEST(VideoReader, SkippedFramesCount) {
  const test::TempFolder folder;
  write_numbered(folder / "a.mp4", 100);
  VideoReader reader((folder / "a.mp4").string());
  VideoFrame frame;
  for (int expected = 0; expected < 100; expected += 7) {
    ASSERT_TRUE(reader.read(frame));
    EXPECT_EQ(frame.index, expected);
    EXPECT_EQ(test::number_of(frame.image), expected);
    EXPECT_EQ(reader.skip(6), expected + 6 < 100);
  }
  EXPECT_FALSE(reader.read(frame));
  EXPECT_EQ(reader.end().state, VideoEnd::State::kComplete);
}

TEST(VideoReader, SkipsToATime) {
  const test::TempFolder folder;
  write_numbered(folder / "a.mp4", 100);
  const auto first_at = [&](double seconds) {
    VideoReader reader((folder / "a.mp4").string());
    EXPECT_TRUE(reader.skip_to(seconds));
    VideoFrame frame;
    EXPECT_TRUE(reader.read(frame));
    EXPECT_EQ(test::number_of(frame.image), frame.index);
    return frame.index;
  };
  EXPECT_EQ(first_at(0), 0);
  EXPECT_EQ(first_at(-3), 0);
  EXPECT_EQ(first_at(1), 25);
  EXPECT_EQ(first_at(1.001), 26);
  EXPECT_EQ(first_at(3.96), 99);
  VideoReader reader((folder / "a.mp4").string());
  EXPECT_FALSE(reader.skip_to(4));
  EXPECT_FALSE(reader.skip_to(0)) << "it never goes back";
}

TEST(VideoReader, SkippingTwiceToATimeLosesNothing) {
  const test::TempFolder folder;
  VideoReader reader(write_numbered(folder / "a.mp4", 30).string());
  EXPECT_TRUE(reader.skip_to(0.4));
  EXPECT_TRUE(reader.skip_to(0.1));
  EXPECT_TRUE(reader.skip_to(0.4));
  const auto seen = read_all(reader);
  EXPECT_EQ(seen.size(), 20U);
  expect_numbers_from(seen, 10);
}

TEST(VideoReader, VariableFrameRate) {
  const test::TempFolder folder;
  VideoWriter writer(folder / "a.mp4", test::kVideoWidth, test::kVideoHeight);
  std::vector<double> times(80);
  for (std::size_t i = 1; i < 80; ++i) {
    times[i] = times[i - 1] + 0.01 * static_cast<double>(1 + i * i % 17);
  }
  for (int i = 0; i < 80; ++i) {
    writer.write(test::numbered(i), times[static_cast<std::size_t>(i)]);
  }
  writer.finish();
  for (const char* form : {"mp4", "matroska", "mpegts"}) {
    const auto seen = read_all(remux(folder / "a.mp4", folder / form, {.form = form}));
    ASSERT_EQ(seen.size(), 80U) << form;
    expect_numbers_from(seen, 0);
    for (std::size_t i = 0; i < seen.size(); ++i) {
      EXPECT_NEAR(seen[i].timestamp, times[i], 0.00051) << form << i;  // Matroska counts in ms
    }
  }
}

TEST(VideoReader, OtherContainers) {
  const test::TempFolder folder;
  write_numbered(folder / "a.mp4", 60);
  for (const char* form : {"matroska", "mpegts", "mov", "flv"}) {
    VideoReader reader(remux(folder / "a.mp4", folder / form, {.form = form}).string());
    EXPECT_NEAR(reader.info().frame_rate, 25, 0.5) << form;
    EXPECT_NEAR(reader.info().duration, 2.4, 0.1) << form;
    const auto seen = read_all(reader);
    EXPECT_EQ(seen.size(), 60U) << form;
    expect_numbers_from(seen, 0);
    EXPECT_NEAR(seen.at(0).timestamp, 0, 1e-9) << form;
    EXPECT_NEAR(seen.at(59).timestamp, 59 / 25.0, 0.0011) << form;
    EXPECT_EQ(reader.end().state, VideoEnd::State::kComplete) << form << reader.end().message;
  }
}

// Where the stored picture's upper left corner stands, as CornerCase: x and y of the upright one.
struct TurnCase {
  std::vector<int> matrix;
  int orientation;
  bool right;
  bool below;
};

TEST(VideoReader, TurnsAreApplied) {
  const test::TempFolder folder;
  Image stored(96, 64);
  std::fill(stored.pixels.begin(), stored.pixels.end(), std::uint8_t{30});
  test::fill_box(stored, {0, 0, 32, 16}, 230);  // wide, so that a mirrored turn shows
  VideoWriter writer(folder / "a.mp4", 96, 64);
  for (int i = 0; i < 3; ++i) writer.write(stored);
  writer.finish();
  const std::vector<TurnCase> cases = {{{1, 0, 0, 1}, 1, false, false},
                                       {{-1, 0, 0, 1}, 2, true, false},
                                       {{-1, 0, 0, -1}, 3, true, true},
                                       {{1, 0, 0, -1}, 4, false, true},
                                       {{0, 1, 1, 0}, 5, false, false},
                                       {{0, 1, -1, 0}, 6, true, false},
                                       {{0, -1, -1, 0}, 7, true, true},
                                       {{0, -1, 1, 0}, 8, false, true}};
  for (const TurnCase& turn : cases) {
    const bool sideways = turn.orientation >= 5;
    VideoReader reader(
        remux(folder / "a.mp4", folder / "t.mov", {.form = "mov", .matrix = turn.matrix}).string());
    EXPECT_EQ(reader.info().orientation, turn.orientation);
    VideoFrame frame;
    ASSERT_TRUE(reader.read(frame));
    const Image& image = frame.image;
    ASSERT_EQ(image.width, sideways ? 64 : 96) << turn.orientation;
    ASSERT_EQ(image.height, sideways ? 96 : 64) << turn.orientation;
    // The box is long along the stored row.
    const int width = sideways ? 16 : 32;
    const int height = sideways ? 32 : 16;
    for (int y = 0; y < image.height; y += 3) {
      for (int x = 0; x < image.width; x += 3) {
        const int from_side = turn.right ? image.width - 1 - x : x;
        const int from_top = turn.below ? image.height - 1 - y : y;
        const bool inside = from_side < width - 3 && from_top < height - 3;
        const bool outside = from_side > width + 2 || from_top > height + 2;
        const int value = image.row(y)[std::ptrdiff_t{x} * 3];
        EXPECT_FALSE((inside && value < 180) || (outside && value > 80))
            << turn.orientation << ' ' << x << ' ' << y << ": " << value;
      }
    }
  }
}

TEST(VideoReader, PixelsBecomeSquare) {
  const test::TempFolder folder;
  write_numbered(folder / "a.mp4", 10);
  VideoReader wide(
      remux(folder / "a.mp4", folder / "w.mov", {.form = "mov", .pixel = {4, 3}}).string());
  EXPECT_EQ(wide.info().width, test::kVideoWidth * 4 / 3);
  EXPECT_EQ(wide.info().height, test::kVideoHeight);
  expect_numbers_from(read_all(wide), 0);
  const VideoReader tall(
      remux(folder / "a.mp4", folder / "t.mov", {.form = "mov", .pixel = {1, 2}}).string());
  EXPECT_EQ(tall.info().width, test::kVideoWidth);
  EXPECT_EQ(tall.info().height, test::kVideoHeight * 2);
}

TEST(VideoReader, AnimatedPictures) {
  const test::TempFolder folder;
  // Grey ramps of 40 x 4; rgb8 holds 3, 3 and 2 bits.
  std::vector<std::vector<std::uint8_t>> packed(3, std::vector<std::uint8_t>(160));
  std::vector<std::vector<std::uint8_t>> clear(3, std::vector<std::uint8_t>(640));
  for (std::size_t i = 0; i < 3; ++i) {
    std::fill(packed[i].begin(), packed[i].end(), std::uint8_t(i == 0 ? 0xE0 : i == 1 ? 0x1C : 3));
    for (std::size_t p = 0; p < 160; ++p) {
      clear[i][p * 4 + i] = 200;
      clear[i][p * 4 + 3] = p % 40 < 20 ? 255 : 0;
    }
  }
  ASSERT_TRUE(test::encode_animation(folder / "a.gif", "gif", AV_PIX_FMT_RGB8, packed, 40));
  ASSERT_TRUE(test::encode_animation(folder / "a.apng", "apng", AV_PIX_FMT_RGBA, clear, 40));
  for (const char* name : {"a.gif", "a.apng"}) {
    VideoReader reader((folder / name).string());
    EXPECT_EQ(reader.info().width, 40);
    EXPECT_EQ(reader.info().height, 4);
    VideoFrame frame;
    for (int i = 0; i < 3; ++i) {
      ASSERT_TRUE(reader.read(frame)) << name << i;
      EXPECT_EQ(frame.index, i);
      EXPECT_NEAR(frame.timestamp, i / 10.0, 1e-6);
      for (int c = 0; c < 3; ++c) {
        EXPECT_EQ(frame.image.row(2)[15 + c] > 150, c == i) << name << i << c;
      }
      if (name == std::string("a.apng")) {
        EXPECT_EQ(frame.image.row(2)[30 * 3 + 1], 255) << "white behind";
      }
    }
    EXPECT_FALSE(reader.read(frame)) << name;
    EXPECT_EQ(reader.end().state, VideoEnd::State::kComplete) << reader.end().message;
  }
}

TEST(VideoReader, JpegPicturesBehindEachOther) {
  const test::TempFolder folder;
  std::string bytes;
  for (int i = 0; i < 10; ++i) bytes += encode_jpeg(test::numbered(i), 90);
  VideoReader reader(folder.write("a.mjpg", bytes).string());
  const auto seen = read_all(reader);
  ASSERT_EQ(seen.size(), 10U);
  expect_numbers_from(seen, 0);
  EXPECT_NEAR(seen[9].timestamp, 9 / 25.0, 1e-6) << "they have no clock; FFmpeg takes 25 a second";
  EXPECT_EQ(reader.end().state, VideoEnd::State::kComplete);
}

TEST(VideoReader, MemoryDoesNotGrowWithLength) {
  const test::TempFolder folder;
  write_numbered(folder / "a.mp4", 3000);
  const auto resident = [] {
    std::ifstream in("/proc/self/statm");
    std::int64_t total = 0;
    std::int64_t pages = 0;
    in >> total >> pages;
    return pages * 4096;
  };
  VideoReader reader((folder / "a.mp4").string(), {.threads = 2});
  VideoFrame frame;
  std::int64_t early = 0;
  while (reader.read(frame)) {
    if (frame.index == 300) early = resident();
  }
  EXPECT_LT(resident() - early, 4'000'000);
}

TEST(VideoReader, RealVideo) {
  const auto file = test::shared_path("data/video/one_face.mp4");
  if (!file) GTEST_SKIP() << test::kNoShared;
  VideoReader reader(file->string());
  VideoFrame frame;
  std::int64_t count = 0;
  double last = -1;
  while (reader.read(frame)) {
    EXPECT_EQ(frame.index, count++);
    EXPECT_GT(frame.timestamp, last);
    last = frame.timestamp;
  }
  EXPECT_EQ(reader.end().state, VideoEnd::State::kComplete);
  EXPECT_EQ(reader.damaged(), 0);
  EXPECT_EQ(reader.info().frame_count, count);
  EXPECT_NEAR(last + 1 / reader.info().frame_rate, reader.info().duration, 0.1);
}

}  // namespace
}  // namespace mien
