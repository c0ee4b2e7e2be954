#include "mien/image/byte_source.h"

#include <cerrno>
#include <chrono>
#include <system_error>

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mien/core/text.h"
#include "mien/error.h"

namespace mien {
namespace {

std::string reason(int code) {
  return std::generic_category().message(code);
}

int read_some(int descriptor, std::uint8_t* to, int size) {
  while (true) {
    const ssize_t count = ::read(descriptor, to, static_cast<std::size_t>(size));
    if (count >= 0) return static_cast<int>(count);
    if (errno != EINTR) return -errno;
  }
}

class FileSource : public ByteSource {
 public:
  FileSource(const std::string& path, std::int64_t size)
      : file_(path, path, O_RDONLY), size_(size) {}
  int read(std::uint8_t* to, int size) override { return read_some(file_.get(), to, size); }
  std::int64_t size() const override { return size_; }
  bool seek(std::int64_t to) override { return lseek(file_.get(), to, SEEK_SET) == to; }

 private:
  OpenFile file_;
  std::int64_t size_;
};

// Opened without waiting, so that a pipe that nobody writes into can be given up.
class PipeSource : public ByteSource {
 public:
  PipeSource(const std::string& path, const Patience& patience)
      : file_(path, path, O_RDONLY | O_NONBLOCK), patience_(patience) {}
  int read(std::uint8_t* to, int size) override {
    while (true) {
      const int ready = wait_for_bytes(file_.get(), patience_);
      if (ready < 0) return ready;
      const int count = read_some(file_.get(), to, size);
      if (count != -EAGAIN) return count;
    }
  }

 private:
  OpenFile file_;
  Patience patience_;
};

}  // namespace

OpenFile::OpenFile(const std::string& name, const std::string& path, int flags)
    : descriptor_(open(path.c_str(), flags | O_CLOEXEC)) {
  if (descriptor_ < 0) throw DataError(name, "cannot open: " + reason(errno));
}

OpenFile::~OpenFile() {
  close(descriptor_);
}

int wait_for_bytes(int descriptor, const Patience& patience) {
  using Clock = std::chrono::steady_clock;
  constexpr int kLookEvery = 100;  // milliseconds
  const auto until = Clock::now() + std::chrono::duration<double>(patience.seconds);
  while (true) {
    if (patience.stop != nullptr && patience.stop->requested()) return -ECANCELED;
    pollfd waiting{descriptor, POLLIN, 0};
    const int ready = poll(&waiting, 1, kLookEvery);
    if (ready > 0) return 1;
    if (ready < 0 && errno != EINTR) return -errno;
    if (Clock::now() >= until) return -ETIMEDOUT;
  }
}

std::string camera_device(std::string_view name) {
  constexpr std::string_view kScheme = "camera:";
  if (name.substr(0, kScheme.size()) != kScheme) return {};
  const std::optional<std::int64_t> number = parse_integer(name.substr(kScheme.size()));
  if (!number || *number < 0) {
    throw UsageError(std::string(name) + ": a camera is named by its number, as in camera:0");
  }
  return "/dev/video" + std::to_string(*number);
}

std::unique_ptr<ByteSource> open_file(const std::string& path) {
  struct stat found{};
  if (stat(path.c_str(), &found) != 0) throw DataError(path, "cannot open: " + reason(errno));
  return std::make_unique<FileSource>(path, found.st_size);
}

std::unique_ptr<ByteSource> open_source(const std::string& name, const Patience& patience) {
  const std::string device = camera_device(name);
  if (!device.empty()) return open_camera(name, device, patience);
  struct stat found{};
  if (stat(name.c_str(), &found) != 0) throw DataError(name, "cannot open: " + reason(errno));
  if (S_ISDIR(found.st_mode)) throw DataError(name, "is a folder; a video is needed");
  if (S_ISCHR(found.st_mode)) return open_camera(name, name, patience);
  if (S_ISFIFO(found.st_mode)) return std::make_unique<PipeSource>(name, patience);
  if (!S_ISREG(found.st_mode)) throw DataError(name, "is neither a file, a pipe nor a camera");
  if (found.st_size == 0) throw DataError(name, "an empty file where a video was expected");
  return std::make_unique<FileSource>(name, found.st_size);
}

}  // namespace mien
