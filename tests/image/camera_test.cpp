// Cameras, against a kernel that is played here: this program's own `open` and `ioctl` stand before
// the C library's, and a file takes the place of the pictures' memory.
#include <cerrno>
#include <cstdarg>
#include <cstring>
#include <deque>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/videodev2.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "mien/error.h"
#include "mien/image/video_reader.h"

#include "temp_folder.h"
#include "videos.h"

namespace mien {
namespace {

constexpr std::uint32_t kBufferBytes = 1 << 17;
constexpr const char* kDevice = "/dev/video77";

struct Picture {
  std::string bytes;
  std::uint32_t flags = 0;
};

struct FakeCamera {
  std::string memory;  ///< the file behind the device
  std::uint32_t form = V4L2_PIX_FMT_MJPEG;
  std::uint32_t width = test::kVideoWidth;
  std::uint32_t height = test::kVideoHeight;
  std::uint32_t capabilities = V4L2_CAP_VIDEO_CAPTURE | V4L2_CAP_STREAMING;
  bool busy = false;
  int descriptor = -1;
  std::deque<Picture> pictures;
  std::deque<std::uint32_t> queue;  ///< buffers that wait to be filled
  std::uint32_t largest_queue = 0;

  int control(unsigned long request, void* argument);
  int take_format(v4l2_format& format) const;
  int fill(v4l2_buffer& buffer);
};

FakeCamera* camera = nullptr;

int refuse(int code) {
  errno = code;
  return -1;
}

int FakeCamera::take_format(v4l2_format& format) const {
  if (busy) return refuse(EBUSY);
  format.fmt.pix.pixelformat = form;  // what a driver does with a form that it lacks
  format.fmt.pix.width = width;
  format.fmt.pix.height = height;
  format.fmt.pix.bytesperline = form == V4L2_PIX_FMT_YUYV ? width * 2 : 0;
  return 0;
}

int FakeCamera::fill(v4l2_buffer& buffer) {
  if (pictures.empty()) return refuse(ENODEV);  // the plug is drawn
  if (queue.empty()) return refuse(EAGAIN);
  buffer.index = queue.front();
  queue.pop_front();
  buffer.bytesused = static_cast<std::uint32_t>(pictures.front().bytes.size());
  buffer.flags = pictures.front().flags;
  const auto at = static_cast<off_t>(buffer.index) * kBufferBytes;
  const std::string& bytes = pictures.front().bytes;
  if (pwrite(descriptor, bytes.data(), bytes.size(), at) < 0) return -1;
  pictures.pop_front();
  return 0;
}

int FakeCamera::control(unsigned long request, void* argument) {
  auto& buffer = *static_cast<v4l2_buffer*>(argument);
  switch (request) {
    case VIDIOC_QUERYCAP:
      static_cast<v4l2_capability*>(argument)->capabilities = capabilities;
      return 0;
    case VIDIOC_G_FMT:
      return 0;
    case VIDIOC_S_FMT:
      return take_format(*static_cast<v4l2_format*>(argument));
    case VIDIOC_REQBUFS:
      return ftruncate(descriptor, 4L * kBufferBytes);
    case VIDIOC_QUERYBUF:
      buffer.length = kBufferBytes;
      buffer.m.offset = buffer.index * kBufferBytes;
      return 0;
    case VIDIOC_QBUF:
      queue.push_back(buffer.index);
      largest_queue = std::max(largest_queue, static_cast<std::uint32_t>(queue.size()));
      return 0;
    case VIDIOC_DQBUF:
      return fill(buffer);
    case VIDIOC_STREAMON:
      return 0;
    default:
      return refuse(ENOTTY);
  }
}

class Camera : public testing::Test {
 protected:
  void SetUp() override {
    fake_.memory = folder_.write("memory", "").string();
    camera = &fake_;
  }
  void TearDown() override { camera = nullptr; }
  test::TempFolder folder_;
  FakeCamera fake_;
};

TEST_F(Camera, JpegPictures) {
  for (int i = 0; i < 9; ++i) fake_.pictures.push_back({encode_jpeg(test::numbered(i), 90)});
  VideoReader reader("camera:77");
  EXPECT_TRUE(reader.info().live);
  EXPECT_EQ(reader.info().codec, "mjpeg");
  const auto seen = test::read_all(reader);
  EXPECT_EQ(seen.size(), 9U);
  for (std::size_t i = 0; i < seen.size(); ++i) EXPECT_EQ(seen[i].number, static_cast<int>(i));
  EXPECT_EQ(reader.end().state, VideoEnd::State::kGone);
  EXPECT_NE(reader.end().message.find("No such device"), std::string::npos) << reader.end().message;
  EXPECT_EQ(fake_.largest_queue, 4U);
}

TEST_F(Camera, RawPicturesAndDamagedOnes) {
  fake_.form = V4L2_PIX_FMT_YUYV;
  fake_.width = 64;
  fake_.height = 48;
  const auto grey = [](int value, std::size_t count = std::size_t{64} * 48) {
    std::string bytes;
    for (std::size_t i = 0; i < count; ++i) {
      bytes += static_cast<char>(value);
      bytes += '\x80';
    }
    return bytes;
  };
  fake_.pictures = {{grey(16)},
                    {grey(99), V4L2_BUF_FLAG_ERROR},
                    {grey(99, 100)},  // not whole
                    {""},
                    {grey(126)},
                    {grey(235)}};
  VideoReader reader("camera:77");
  EXPECT_EQ(reader.info().width, 64);
  EXPECT_EQ(reader.info().height, 48);
  VideoFrame frame;
  for (const int expected : {0, 128, 255}) {
    ASSERT_TRUE(reader.read(frame)) << expected;
    EXPECT_NEAR(frame.image.row(20)[60], expected, 3);
  }
  EXPECT_FALSE(reader.read(frame));
  EXPECT_EQ(frame.index, 2);
}

TEST_F(Camera, WhatCannotBeUsedSaysWhy) {
  const auto complaint = [] {
    try {
      const VideoReader reader("camera:77");
    } catch (const DataError& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  fake_.capabilities = V4L2_CAP_VIDEO_OUTPUT;
  EXPECT_NE(complaint().find("is no camera that streams pictures"), std::string::npos);
  fake_.capabilities = V4L2_CAP_VIDEO_CAPTURE | V4L2_CAP_STREAMING;
  fake_.busy = true;
  EXPECT_NE(complaint().find("in use by another program"), std::string::npos);
  fake_.busy = false;
  fake_.form = V4L2_PIX_FMT_SBGGR8;
  EXPECT_NE(complaint().find("neither JPEG nor YUYV"), std::string::npos);
  fake_.form = V4L2_PIX_FMT_MJPEG;
  EXPECT_NE(complaint().find("camera:77: No such device"), std::string::npos) << complaint();
}

}  // namespace

// Called by the C symbols below.
int fake_open(const char* path, int flags, unsigned mode) {
  const bool device = camera != nullptr && std::strcmp(path, kDevice) == 0;
  const char* opened = device ? camera->memory.c_str() : path;
  const auto descriptor = static_cast<int>(syscall(SYS_openat, AT_FDCWD, opened, flags, mode));
  if (device) camera->descriptor = descriptor;
  return descriptor;
}

int fake_ioctl(int descriptor, unsigned long request, void* argument) {
  if (camera != nullptr && descriptor == camera->descriptor) {
    return camera->control(request, argument);
  }
  return static_cast<int>(syscall(SYS_ioctl, descriptor, request, argument));
}

}  // namespace mien

// NOLINTBEGIN(*-vararg, cert-dcl50-cpp, readability-inconsistent-declaration-parameter-name)
extern "C" int open(const char* path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  const unsigned mode = (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(rest, unsigned) : 0;
  va_end(rest);
  return mien::fake_open(path, flags, mode);
}

extern "C" int ioctl(int descriptor, unsigned long request, ...) noexcept {
  va_list rest;
  va_start(rest, request);
  void* argument = va_arg(rest, void*);
  va_end(rest);
  return mien::fake_ioctl(descriptor, request, argument);
}
// NOLINTEND(*-vararg, cert-dcl50-cpp, readability-inconsistent-declaration-parameter-name)
