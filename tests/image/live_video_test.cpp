// Pipes that serve as cameras, and cameras that are not there.
#include <chrono>
#include <csignal>
#include <thread>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mien/core/files.h"
#include "mien/error.h"
#include "mien/image/video_reader.h"

#include "remux.h"
#include "temp_folder.h"
#include "videos.h"

namespace mien {
namespace {

using test::read_all;
using State = VideoEnd::State;

/// A named pipe and a thread that writes into it, piece by piece.
class LivePipe {
 public:
  LivePipe(const test::TempFolder& folder, std::vector<std::string> pieces, int pause_ms = 0)
      : path_((folder / "pipe").string()) {
    std::signal(SIGPIPE, SIG_IGN);
    if (mkfifo(path_.c_str(), 0600) != 0) throw std::runtime_error("cannot make a pipe");
    writer_ = std::thread([this, sent = std::move(pieces), pause_ms] {
      const int descriptor = open(path_.c_str(), O_WRONLY);
      for (const std::string& piece : sent) {
        for (std::size_t at = 0; at < piece.size();) {
          const ssize_t count = write(descriptor, piece.data() + at, piece.size() - at);
          if (count <= 0) break;
          at += static_cast<std::size_t>(count);
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(pause_ms));
      }
      while (keep_open_.load()) std::this_thread::sleep_for(std::chrono::milliseconds(10));
      close(descriptor);
    });
  }
  ~LivePipe() {
    hang_up();
    writer_.join();
  }
  LivePipe(const LivePipe&) = delete;
  LivePipe& operator=(const LivePipe&) = delete;
  const std::string& path() const { return path_; }
  void hang_up() { keep_open_.store(false); }

 private:
  std::string path_;
  std::atomic<bool> keep_open_{true};
  std::thread writer_;
};

std::vector<std::string> jpegs(int count) {
  std::vector<std::string> pieces;
  pieces.reserve(static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i) pieces.push_back(encode_jpeg(test::numbered(i), 90));
  return pieces;
}

void expect_numbers(const std::vector<test::SeenFrame>& seen, int count) {
  EXPECT_EQ(seen.size(), static_cast<std::size_t>(count));
  for (std::size_t i = 0; i < seen.size(); ++i) {
    EXPECT_EQ(seen[i].index, static_cast<int>(i));
    EXPECT_EQ(seen[i].number, static_cast<int>(i));
  }
}

TEST(LiveVideo, JpegPicturesBehindEachOther) {
  const test::TempFolder folder;
  LivePipe pipe(folder, jpegs(12), 20);
  VideoReader reader(pipe.path());
  pipe.hang_up();
  EXPECT_TRUE(reader.info().live);
  EXPECT_EQ(reader.info().width, test::kVideoWidth);
  EXPECT_EQ(reader.info().frame_rate, 0) << "nobody said";
  const auto seen = read_all(reader);
  expect_numbers(seen, 12);
  EXPECT_EQ(seen.at(0).timestamp, 0);
  EXPECT_GT(seen.at(11).timestamp, 0.05) << "a picture's time is its arrival";
  EXPECT_LT(seen.at(11).timestamp, 100);
  EXPECT_EQ(reader.end().state, State::kGone);
  EXPECT_NE(reader.end().message.find("gone"), std::string::npos);
}

TEST(LiveVideo, ContainersThatNeedNoWayBack) {
  for (const char* form : {"matroska", "mpegts"}) {
    const test::TempFolder folder;
    test::write_numbered(folder / "a.mp4", 40);
    test::remux(folder / "a.mp4", folder / "b", {.form = form});
    LivePipe pipe(folder, {read_file(folder / "b")});
    pipe.hang_up();
    VideoReader reader(pipe.path());
    const auto seen = read_all(reader);
    expect_numbers(seen, 40);
    EXPECT_NEAR(seen.at(39).timestamp, 39 / 25.0, 0.0011);
    // Only Matroska says how long it is, and so that nothing is missing.
    EXPECT_EQ(reader.end().state, form[2] == 't' ? State::kComplete : State::kGone) << form;
  }
}

TEST(LiveVideo, AStreamThatBreaksOffIsGone) {
  const test::TempFolder folder;
  test::write_numbered(folder / "a.mp4", 100);
  test::remux(folder / "a.mp4", folder / "b", {.form = "matroska"});
  const std::string bytes = read_file(folder / "b");
  LivePipe pipe(folder, {bytes.substr(0, bytes.size() / 2)});
  pipe.hang_up();
  VideoReader reader(pipe.path());
  const auto seen = read_all(reader);
  EXPECT_GT(seen.size(), 20U);
  EXPECT_LT(seen.size(), 80U);
  expect_numbers(seen, static_cast<int>(seen.size()));
  EXPECT_EQ(reader.end().state, State::kGone);
}

TEST(LiveVideo, SilenceEndsIt) {
  const test::TempFolder folder;
  const LivePipe pipe(folder, jpegs(8));
  VideoReader reader(pipe.path(), {.patience = 0.3});
  // The last picture is complete only when another one begins, or the stream ends.
  expect_numbers(read_all(reader), 8);
  EXPECT_EQ(reader.end().state, State::kGone);
  EXPECT_NE(reader.end().message.find("sent nothing for 0.3 s"), std::string::npos)
      << reader.end().message;
}

TEST(LiveVideo, NobodyWrites) {
  const test::TempFolder folder;
  ASSERT_EQ(mkfifo((folder / "pipe").c_str(), 0600), 0);
  try {
    const VideoReader reader((folder / "pipe").string(), {.patience = 0.2});
    FAIL() << "no error";
  } catch (const DataError& error) {
    EXPECT_NE(std::string(error.what()).find("sent nothing"), std::string::npos) << error.what();
  }
}

TEST(LiveVideo, NoiseInThePipe) {
  const test::TempFolder folder;
  LivePipe pipe(folder, {"this is not a camera\n"});
  pipe.hang_up();
  EXPECT_THROW(VideoReader(pipe.path()), DataError);
}

TEST(LiveVideo, TheStopFlagEndsTheWait) {
  const test::TempFolder folder;
  StopFlag stop;
  const LivePipe pipe(folder, jpegs(8));
  VideoReader reader(pipe.path(), {.patience = 60, .stop = &stop});
  VideoFrame frame;
  ASSERT_TRUE(reader.read(frame));
  stop.request();
  while (reader.read(frame)) EXPECT_LT(frame.index, 8);
  EXPECT_EQ(reader.end().state, State::kStopped);

  ASSERT_EQ(mkfifo((folder / "silent").c_str(), 0600), 0);
  try {
    const VideoReader silent((folder / "silent").string(), {.patience = 60, .stop = &stop});
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kInterrupted);
  }
}

TEST(LiveVideo, CamerasThatAreNone) {
  EXPECT_THROW(VideoReader("camera:"), UsageError);
  EXPECT_THROW(VideoReader("camera:front"), UsageError);
  EXPECT_THROW(VideoReader("camera:-1"), UsageError);
  try {
    const VideoReader reader("camera:987");
    FAIL() << "no error";
  } catch (const DataError& error) {
    EXPECT_EQ(error.file(), "camera:987") << "as the user named it";
  }
  try {
    const VideoReader reader("/dev/null");
    FAIL() << "no error";
  } catch (const DataError& error) {
    EXPECT_NE(std::string(error.what()).find("is no camera"), std::string::npos) << error.what();
  }
}

}  // namespace
}  // namespace mien
