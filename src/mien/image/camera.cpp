// Cameras through the kernel's Video4Linux interface (linux/videodev2.h).
#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <system_error>

#include <fcntl.h>
#include <linux/videodev2.h>
#include <sys/ioctl.h>
#include <sys/mman.h>

#include "mien/error.h"
#include "mien/image/byte_source.h"

namespace mien {
namespace {

/// One picture's memory, which the kernel fills.
class MappedBuffer {
 public:
  MappedBuffer() = default;
  ~MappedBuffer() {
    if (start_ != MAP_FAILED) munmap(start_, length_);
  }
  MappedBuffer(const MappedBuffer&) = delete;
  MappedBuffer& operator=(const MappedBuffer&) = delete;
  bool map(int descriptor, std::size_t length, off_t offset) {
    start_ = mmap(nullptr, length, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, offset);
    length_ = length;
    return start_ != MAP_FAILED;
  }
  const std::uint8_t* bytes() const { return static_cast<const std::uint8_t*>(start_); }
  std::size_t length() const { return length_; }

 private:
  void* start_ = MAP_FAILED;
  std::size_t length_ = 0;
};

class CameraSource : public ByteSource {
 public:
  CameraSource(std::string name, const std::string& device, const Patience& patience)
      : name_(std::move(name)), file_(name_, device, O_RDWR | O_NONBLOCK), patience_(patience) {
    v4l2_capability able{};
    if (!control(VIDIOC_QUERYCAP, &able)) throw DataError(name_, "is no camera");
    const std::uint32_t can =
        (able.capabilities & V4L2_CAP_DEVICE_CAPS) != 0 ? able.device_caps : able.capabilities;
    if ((can & V4L2_CAP_VIDEO_CAPTURE) == 0 || (can & V4L2_CAP_STREAMING) == 0) {
      throw DataError(name_, "is no camera that streams pictures; try the next number");
    }
    choose_format();
    start();
  }

  int read(std::uint8_t* to, int size) override {
    if (left_ == 0) {
      const int status = next_picture();
      if (status < 0) return status;
    }
    const std::size_t count = std::min(left_, static_cast<std::size_t>(size));
    std::memcpy(to, buffers_.at(current_.index).bytes() + taken_, count);
    taken_ += count;
    left_ -= count;
    if (left_ == 0 && !control(VIDIOC_QBUF, &current_)) return -errno;
    return static_cast<int>(count);
  }

  std::string form() const override {
    if (!raw()) return "mjpeg";
    return "rawvideo:yuyv422:" + std::to_string(format_.width) + "x" +
           std::to_string(format_.height);
  }

 private:
  bool control(unsigned long request, void* argument) const {
    int status = 0;
    do {
      status = ioctl(file_.get(), request, argument);
    } while (status < 0 && errno == EINTR);
    return status == 0;
  }
  [[noreturn]] void fail(const std::string& what) const {
    throw DataError(name_, what + ": " + std::generic_category().message(errno));
  }

  // The camera's own size; the form that every one of them makes at a useful rate comes first.
  void choose_format() {
    v4l2_format wanted{};
    wanted.type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
    if (!control(VIDIOC_G_FMT, &wanted)) fail("the camera does not say what it makes");
    for (const std::uint32_t form : {V4L2_PIX_FMT_MJPEG, V4L2_PIX_FMT_YUYV}) {
      wanted.fmt.pix.pixelformat = form;
      wanted.fmt.pix.bytesperline = 0;
      if (!control(VIDIOC_S_FMT, &wanted)) {
        if (errno == EBUSY) fail("the camera is in use by another program");
        continue;
      }
      format_ = wanted.fmt.pix;
      const bool packed = form == V4L2_PIX_FMT_MJPEG || format_.bytesperline == format_.width * 2;
      if (format_.pixelformat == form && packed) return;
    }
    throw DataError(name_, "makes neither JPEG nor YUYV pictures, which are read");
  }

  void start() {
    v4l2_requestbuffers wanted{};
    wanted.count = static_cast<std::uint32_t>(buffers_.size());
    wanted.type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
    wanted.memory = V4L2_MEMORY_MMAP;
    if (!control(VIDIOC_REQBUFS, &wanted)) fail("the camera gives no memory");
    const std::size_t given = std::min<std::size_t>(wanted.count, buffers_.size());
    for (std::uint32_t i = 0; i < given; ++i) {
      v4l2_buffer buffer = blank_buffer();
      buffer.index = i;
      if (!control(VIDIOC_QUERYBUF, &buffer) ||
          !buffers_.at(i).map(file_.get(), buffer.length, static_cast<off_t>(buffer.m.offset)) ||
          !control(VIDIOC_QBUF, &buffer)) {
        fail("the camera gives no memory");
      }
    }
    int type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
    if (!control(VIDIOC_STREAMON, &type)) fail("the camera does not start");
  }

  int next_picture() {
    constexpr int kTries = 1000;  // a driver may wake us for nothing, but not for ever
    for (int i = 0; i < kTries; ++i) {
      const int ready = wait_for_bytes(file_.get(), patience_);
      if (ready < 0) return ready;
      current_ = blank_buffer();
      if (control(VIDIOC_DQBUF, &current_)) {
        taken_ = 0;
        left_ = std::min<std::size_t>(current_.bytesused, buffers_.at(current_.index).length());
        const bool short_one = raw() && left_ != std::size_t{format_.width} * format_.height * 2;
        const bool damaged = (current_.flags & V4L2_BUF_FLAG_ERROR) != 0 || left_ == 0 || short_one;
        if (!damaged) return 1;
        left_ = 0;
        if (!control(VIDIOC_QBUF, &current_)) return -errno;
      } else if (errno != EAGAIN) {
        return -errno;
      }
    }
    return -EIO;
  }

  bool raw() const { return format_.pixelformat != V4L2_PIX_FMT_MJPEG; }
  static v4l2_buffer blank_buffer() {
    v4l2_buffer buffer{};
    buffer.type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
    buffer.memory = V4L2_MEMORY_MMAP;
    return buffer;
  }

  std::string name_;
  OpenFile file_;
  Patience patience_;
  v4l2_pix_format format_{};
  std::array<MappedBuffer, 4> buffers_;
  v4l2_buffer current_{};
  std::size_t taken_ = 0;
  std::size_t left_ = 0;
};

}  // namespace

std::unique_ptr<ByteSource> open_camera(const std::string& name,
                                        const std::string& device,
                                        const Patience& patience) {
  return std::make_unique<CameraSource>(name, device, patience);
}

}  // namespace mien
