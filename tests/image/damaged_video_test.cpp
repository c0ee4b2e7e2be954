// Videos that are cut off, damaged, made to mislead, or no videos at all.
#include <ctime>

#include <gtest/gtest.h>

#include "mien/core/files.h"
#include "mien/error.h"
#include "mien/image/video_reader.h"

#include "remux.h"
#include "sample_files.h"
#include "temp_folder.h"
#include "videos.h"

namespace mien {
namespace {

using test::read_all;
using test::remux;

/// Nothing may reach standard error, whatever the bytes.
class DamagedVideo : public testing::Test {
 protected:
  void SetUp() override { testing::internal::CaptureStderr(); }
  void TearDown() override { EXPECT_EQ(testing::internal::GetCapturedStderr(), ""); }

  /// The message of the DataError that opening or reading gives; empty where it gives none.
  std::string complaint(const std::string& name) {
    try {
      VideoReader reader(name);
      read_all(reader);
    } catch (const DataError& error) {
      EXPECT_EQ(error.file(), name);
      return error.what();
    }
    return {};
  }
  std::string complaint_about(const std::string& bytes) {
    return complaint(folder_.write("bad.mp4", bytes).string());
  }

  test::TempFolder folder_;
};

TEST_F(DamagedVideo, NotThere) {
  EXPECT_NE(complaint((folder_ / "none.mp4").string()).find("cannot open"), std::string::npos);
  EXPECT_NE(complaint(folder_.path().string()).find("is a folder"), std::string::npos);
}

TEST_F(DamagedVideo, NotAVideo) {
  EXPECT_NE(complaint_about("").find("an empty file"), std::string::npos);
  EXPECT_NE(complaint_about("Dear diary, today").find("not a video"), std::string::npos);
  EXPECT_NE(complaint_about(std::string(5000, '\0')).find("not a video"), std::string::npos);
  EXPECT_NE(complaint_about("\x1A\x45\xDF\xA3").find("not a video"), std::string::npos);
}

TEST_F(DamagedVideo, OnlySound) {
  std::string wave = "RIFF";
  test::append_u32(wave, 36 + 800, false);
  wave += "WAVEfmt ";
  for (const std::uint32_t value : {16U, 0x00010001U, 8000U, 8000U, 0x00080001U}) {
    test::append_u32(wave, value, false);
  }
  wave += "data";
  test::append_u32(wave, 800, false);
  wave += std::string(800, '\x80');
  EXPECT_NE(complaint_about(wave).find("no moving pictures"), std::string::npos);
}

TEST_F(DamagedVideo, UnknownCodec) {
  test::write_numbered(folder_ / "a.mp4", 5);
  std::string bytes = read_file(folder_ / "a.mp4");
  const std::size_t at = bytes.find("avc1", bytes.find("stsd"));
  ASSERT_NE(at, std::string::npos);
  bytes.replace(at, 4, "zzzz");
  EXPECT_NE(complaint_about(bytes).find("no decoder for its codec"), std::string::npos);
}

TEST_F(DamagedVideo, HugeFramesAreRefused) {
  test::write_numbered(folder_ / "a.mp4", 5);
  std::string bytes = read_file(folder_ / "a.mp4");
  const std::size_t size = bytes.find("avc1", bytes.find("stsd")) + 4 + 24;
  bytes.replace(size, 4, "\xFF\xFF\xFF\xFF");
  // What the pictures themselves say may still be read; memory for 65535 x 65535 may not be taken.
  const std::string message = complaint_about(bytes);
  EXPECT_TRUE(message.empty() || message.find("megapixels") != std::string::npos) << message;
}

TEST_F(DamagedVideo, WithoutItsTableOfContents) {
  test::write_numbered(folder_ / "a.mp4", 50);
  remux(folder_ / "a.mp4", folder_ / "b.mp4", {.form = "mp4"});  // the table at the end
  const std::string bytes = read_file(folder_ / "b.mp4");
  const std::string message = complaint_about(bytes.substr(0, bytes.size() / 2));
  EXPECT_NE(message.find("end, which holds its table of contents, is missing"), std::string::npos)
      << message;
}

// At every tenth: the frames before the cut are those of the whole video, and the state tells.
TEST_F(DamagedVideo, CutAtEveryTenth) {
  constexpr int kFrames = 100;
  const VideoWriterOptions options{.frame_rate = 10};
  test::write_numbered(folder_ / "a.mp4", kFrames, options);
  remux(folder_ / "a.mp4", folder_ / "a.mkv", {.form = "matroska"});
  remux(folder_ / "a.mp4", folder_ / "a.flv", {.form = "flv"});
  remux(folder_ / "a.mp4", folder_ / "a.ts", {.form = "mpegts"});
  remux(folder_ / "a.mp4",
        folder_ / "f.mp4",
        {.form = "mp4", .flags = "frag_keyframe+empty_moov+default_base_moof"});
  for (const char* name : {"a.mp4", "a.mkv", "a.flv", "a.ts", "f.mp4"}) {
    const std::string bytes = read_file(folder_ / name);
    std::size_t before = 0;
    for (int tenth = 1; tenth <= 10; ++tenth) {
      const auto length = bytes.size() * static_cast<std::size_t>(tenth) / 10;
      const std::string cut = folder_.write("cut", bytes.substr(0, length)).string();
      std::vector<test::SeenFrame> seen;
      VideoEnd end;
      try {
        VideoReader reader(cut);
        seen = read_all(reader);
        end = reader.end();
      } catch (const DataError& error) {
        EXPECT_LE(tenth, 4) << name << ": only a short piece may hold no frame; " << error.what();
        continue;
      }
      EXPECT_GE(seen.size(), before) << name << tenth;
      EXPECT_GE(seen.size() + 45, static_cast<std::size_t>(tenth * kFrames) / 10) << name << tenth;
      before = seen.size();
      for (std::size_t i = 0; i < seen.size(); ++i) {
        ASSERT_EQ(seen[i].index, static_cast<int>(i)) << name << tenth;
        EXPECT_EQ(seen[i].number, static_cast<int>(i)) << name << tenth << " of " << seen.size();
      }
      if (name == std::string("a.ts") || name == std::string("f.mp4")) {
        continue;  // forms that may end anywhere
      }
      EXPECT_EQ(end.state == VideoEnd::State::kTruncated, tenth < 10) << name << tenth;
      EXPECT_EQ(end.message.empty(), tenth == 10) << name << tenth;
    }
    EXPECT_EQ(before, std::size_t{kFrames}) << name;
  }
}

TEST_F(DamagedVideo, AHoleInTheMiddleLosesOnlyFrames) {
  test::write_numbered(folder_ / "a.mp4", 200);
  std::string bytes = read_file(folder_ / "a.mp4");
  const std::size_t middle = bytes.size() / 2;
  std::fill_n(bytes.begin() + static_cast<std::ptrdiff_t>(middle), 300, '\xAA');
  VideoReader reader(folder_.write("hole.mp4", bytes).string());
  const auto seen = read_all(reader);
  EXPECT_GT(seen.size(), 100U);
  EXPECT_EQ(reader.end().state, VideoEnd::State::kComplete);
  for (std::size_t i = 0; i < seen.size(); ++i) EXPECT_EQ(seen[i].index, static_cast<int>(i));
}

TEST_F(DamagedVideo, PlaylistsOpenNothing) {
  test::write_numbered(folder_ / "secret.mp4", 5);
  remux(folder_ / "secret.mp4", folder_ / "secret.ts", {.form = "mpegts"});
  const std::string target = (folder_ / "secret.ts").string();
  for (const std::string& text : std::vector<std::string>{
           "#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\n" + target + "\n#EXT-X-ENDLIST\n",
           "ffconcat version 1.0\nfile '" + target + "'\n",
           "v=0\nc=IN IP4 127.0.0.1\nm=video 5004 RTP/AVP 96\na=rtpmap:96 H264/90000\n"}) {
    EXPECT_NE(complaint_about(text), "") << text;
  }
}

TEST_F(DamagedVideo, CutAvi) {
  std::vector<std::vector<std::uint8_t>> pictures(30);
  for (int i = 0; i < 30; ++i) pictures[static_cast<std::size_t>(i)] = test::numbered(i).pixels;
  ASSERT_TRUE(test::encode_animation(
      folder_ / "a.avi", "png", AV_PIX_FMT_RGB24, pictures, test::kVideoWidth));
  const std::string bytes = read_file(folder_ / "a.avi");
  for (int tenth = 5; tenth <= 10; ++tenth) {
    const auto length = bytes.size() * static_cast<std::size_t>(tenth) / 10;
    VideoReader reader(folder_.write("cut.avi", bytes.substr(0, length)).string());
    const auto seen = read_all(reader);
    EXPECT_GE(static_cast<int>(seen.size()), tenth == 10 ? 30 : 3 * tenth - 8) << tenth;
    for (std::size_t i = 0; i < seen.size(); ++i) EXPECT_EQ(seen[i].number, static_cast<int>(i));
    EXPECT_EQ(reader.end().state == VideoEnd::State::kTruncated, tenth < 10) << tenth;
  }
}

// Any byte of a video may be wrong: an error or frames, but no crash, no hang, no flood of memory.
TEST_F(DamagedVideo, RandomDamage) {
  VideoWriter writer(folder_ / "a.mp4", 64, 48);
  for (int i = 0; i < 6; ++i) writer.write(crop(test::numbered(i), i * 8, 0, 64, 48));
  writer.finish();
  std::uint32_t state = 7;
  const auto random = [&](std::size_t below) {
    state = state * 1664525U + 1013904223U;
    return static_cast<std::size_t>(state >> 8) % below;
  };
  for (const char* form : {"mp4", "matroska", "mpegts", "flv"}) {
    remux(folder_ / "a.mp4", folder_ / form, {.form = form, .flags = "+faststart"});
    const std::string whole = read_file(folder_ / form);
    for (int round = 0; round < 40; ++round) {
      std::string bytes = whole;
      const std::size_t span =
          round % 2 == 0 ? std::min<std::size_t>(whole.size(), 1500) : whole.size();
      for (std::size_t i = 0; i < 1 + random(12); ++i) {
        bytes[random(span)] = static_cast<char>(random(256));
      }
      const std::clock_t start = std::clock();  // the machine may be busy with other things
      try {
        VideoReader reader(folder_.write("bad", bytes).string());
        VideoFrame frame;
        for (int i = 0; i < 500 && reader.read(frame); ++i) {
          ASSERT_EQ(frame.image.width, reader.info().width);
        }
      } catch (const Error& error) {
        EXPECT_NE(error.kind(), ErrorKind::kInterrupted) << form << round;
      }
      EXPECT_LT(std::clock() - start, 10 * CLOCKS_PER_SEC) << form << round;
    }
  }
}

}  // namespace
}  // namespace mien
