#include "mien/image/video_writer.h"

#include <cmath>
#include <csignal>

#include <gtest/gtest.h>
#include <sys/resource.h>

#include "mien/core/random.h"
#include "mien/error.h"

#include "pictures.h"
#include "temp_folder.h"
#include "videos.h"

namespace mien {
namespace {

namespace fs = std::filesystem;

std::size_t files_in(const fs::path& folder) {
  return static_cast<std::size_t>(
      std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
}

Image plain(int width, int height, std::array<int, 3> colour) {
  Image image(width, height);
  for (std::size_t i = 0; i < image.pixels.size(); ++i) {
    image.pixels[i] = static_cast<std::uint8_t>(colour.at(i % 3));
  }
  return image;
}

Image noise(int width, int height, int seed) {
  Image image(width, height);
  std::uint32_t state = static_cast<std::uint32_t>(seed) * 2654435761U + 1;
  for (std::uint8_t& value : image.pixels) {
    state = state * 1664525U + 1013904223U;
    value = static_cast<std::uint8_t>(state >> 24);
  }
  return image;
}

TEST(VideoWriter, ColoursComeBack) {
  const test::TempFolder folder;
  const std::vector<std::array<int, 3>> colours = {
      {255, 255, 255}, {0, 0, 0}, {200, 30, 40}, {30, 180, 60}, {40, 50, 220}, {224, 172, 140}};
  VideoWriter writer(folder / "a.mp4", 64, 64);
  for (const auto& colour : colours) writer.write(plain(64, 64, colour));
  writer.finish();
  VideoReader reader((folder / "a.mp4").string());
  VideoFrame frame;
  for (const auto& colour : colours) {
    ASSERT_TRUE(reader.read(frame));
    EXPECT_LE(test::largest_difference(frame.image, plain(64, 64, colour)), 6) << colour[0];
  }
  EXPECT_FALSE(reader.read(frame));
}

TEST(VideoWriter, TheFileAppearsOnlyWhenItIsWhole) {
  const test::TempFolder folder;
  {
    VideoWriter writer(folder / "a.mp4", 64, 64);
    for (int i = 0; i < 60; ++i) writer.write(noise(64, 64, i));
    EXPECT_FALSE(fs::exists(folder / "a.mp4"));
    EXPECT_EQ(files_in(folder.path()), 1U);
  }
  EXPECT_EQ(files_in(folder.path()), 0U) << "not finished, so nothing is left";
  folder.write("a.mp4", "what was there");
  VideoWriter writer(folder / "a.mp4", 64, 64);
  writer.write(noise(64, 64, 1));
  writer.finish();
  EXPECT_EQ(files_in(folder.path()), 1U);
  EXPECT_EQ(VideoReader((folder / "a.mp4").string()).info().width, 64);
}

TEST(VideoWriter, NoFrameNoFile) {
  const test::TempFolder folder;
  {
    VideoWriter writer(folder / "a.mp4", 64, 64);
    writer.finish();
  }
  EXPECT_EQ(files_in(folder.path()), 0U);
}

TEST(VideoWriter, OddSizesBecomeEven) {
  const test::TempFolder folder;
  for (const auto& [width, height] :
       {std::pair{63, 41}, {64, 41}, {33, 64}, {1, 1}, {2, 2}, {97, 50}, {31, 30}}) {
    const std::string name = std::to_string(width) + "x" + std::to_string(height) + ".mp4";
    Image image(width, height);
    for (int y = 0; y < height; ++y) {
      for (int x = 0; x < width * 3; ++x)
        image.row(y)[x] = static_cast<std::uint8_t>(60 + x / 3 + y);
    }
    VideoWriter writer(folder / name, width, height, {.quality = 4});
    for (int i = 0; i < 3; ++i) writer.write(image);
    writer.finish();
    VideoReader reader((folder / name).string());
    VideoFrame frame;
    ASSERT_TRUE(reader.read(frame)) << name;
    ASSERT_EQ(frame.image.width, width + width % 2) << name;
    ASSERT_EQ(frame.image.height, height + height % 2) << name;
    const Image same = crop(frame.image, 0, 0, width, height);
    EXPECT_LE(test::largest_difference(same, image), 14) << name;
    // The column that was added is a copy of the last one.
    const int middle = height / 2;
    const std::ptrdiff_t last = frame.image.width - 1;
    const int added = frame.image.row(middle)[last * 3 + 1];
    const int copied = image.row(middle)[(width - 1) * 3 + 1];
    EXPECT_NEAR(added, copied, 14) << name;
  }
}

TEST(VideoWriter, TimesAreKeptToTheTick) {
  const test::TempFolder folder;
  const std::vector<double> times = {0, 0.04, 0.1, 0.1001, 1.5, 1.6, 7.25};
  VideoWriter writer(folder / "a.mp4", test::kVideoWidth, test::kVideoHeight);
  for (std::size_t i = 0; i < times.size(); ++i) {
    writer.write(test::numbered(static_cast<int>(i)), times[i]);
  }
  writer.finish();
  const auto seen = test::read_all(folder / "a.mp4");
  ASSERT_EQ(seen.size(), times.size());
  for (std::size_t i = 0; i < times.size(); ++i) {
    EXPECT_NEAR(seen[i].timestamp, times[i], 1.0 / 90'000) << i;
    EXPECT_EQ(seen[i].number, static_cast<int>(i));
  }
}

TEST(VideoWriter, TimesThatDoNotGrowAreMoved) {
  const test::TempFolder folder;
  VideoWriter writer(folder / "a.mp4", test::kVideoWidth, test::kVideoHeight);
  int number = 0;
  for (const double time : {0.5, 0.5, 0.2, 0.6}) writer.write(test::numbered(number++), time);
  EXPECT_THROW(writer.write(test::numbered(4), std::nan("")), UsageError);
  writer.finish();
  const auto seen = test::read_all(folder / "a.mp4");
  ASSERT_EQ(seen.size(), 4U);
  for (std::size_t i = 1; i < seen.size(); ++i) {
    EXPECT_GT(seen[i].timestamp, seen[i - 1].timestamp);
    EXPECT_EQ(seen[i].number, static_cast<int>(i));
  }
}

TEST(VideoWriter, NominalRatesComeBack) {
  const test::TempFolder folder;
  for (const double rate : {5.0, 23.976, 25.0, 29.97, 60.0}) {
    test::write_numbered(folder / "a.mp4", 40, {.frame_rate = rate});
    const VideoReader reader((folder / "a.mp4").string());
    EXPECT_NEAR(reader.info().frame_rate, rate, rate * 1e-4);
    EXPECT_NEAR(reader.info().duration, 40 / rate, 1e-3);
    EXPECT_EQ(reader.info().frame_count, 40);
  }
}

TEST(VideoWriter, RefusesWhatCannotBeWritten) {
  const test::TempFolder folder;
  EXPECT_THROW(VideoWriter(folder / "a.mp4", 0, 10), UsageError);
  EXPECT_THROW(VideoWriter(folder / "a.mp4", 10, 100'000), UsageError);
  EXPECT_THROW(VideoWriter(folder / "a.mp4", 10, 10, {.frame_rate = 0}), UsageError);
  EXPECT_THROW(VideoWriter(folder / "a.mp4", 10, 10, {.quality = 52}), UsageError);
  EXPECT_THROW(VideoWriter(folder / "none" / "a.mp4", 10, 10), FailureError);
  VideoWriter writer(folder / "a.mp4", 32, 32);
  EXPECT_THROW(writer.write(Image(32, 30)), UsageError);
  EXPECT_THROW(writer.write(Image()), UsageError);
}

// A limit on the size of files stands for a disk that is full.
TEST(VideoWriter, AFullDiskLeavesNothing) {
  const test::TempFolder folder;
  folder.write("a.mp4", "what was there");
  std::signal(SIGXFSZ, SIG_IGN);
  rlimit before{};
  getrlimit(RLIMIT_FSIZE, &before);
  const rlimit small{200'000, before.rlim_max};
  setrlimit(RLIMIT_FSIZE, &small);
  bool failed = false;
  testing::internal::CaptureStderr();
  try {
    VideoWriter writer(folder / "a.mp4", 128, 128, {.quality = 5});
    for (int i = 0; i < 200; ++i) writer.write(noise(128, 128, i));
    writer.finish();
  } catch (const FailureError& error) {
    failed = true;
    EXPECT_NE(std::string(error.what()).find("a.mp4: cannot"), std::string::npos) << error.what();
  }
  setrlimit(RLIMIT_FSIZE, &before);
  EXPECT_TRUE(failed);
  EXPECT_EQ(files_in(folder.path()), 1U);
  EXPECT_EQ(fs::file_size(folder / "a.mp4"), std::string("what was there").size());
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
}

TEST(VideoWriter, NamesMayHoldColonsAndSpaces) {
  const test::TempFolder folder;
  test::write_numbered(folder / "http: a b.mp4", 3);
  EXPECT_EQ(test::read_all(folder / "http: a b.mp4").size(), 3U);
}

}  // namespace
}  // namespace mien
