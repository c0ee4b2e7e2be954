// Where the bytes of a video come from: a file, a pipe that somebody writes into, a camera.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "mien/core/events.h"

namespace mien {

/// What a pipe or a camera is waited for.
struct Patience {
  double seconds = 10;             ///< without a byte, then the source counts as gone
  const StopFlag* stop = nullptr;  ///< looked at ten times a second while waiting
};

class ByteSource {
 public:
  virtual ~ByteSource() = default;
  /// Up to `size` bytes, at least one; 0 at the end; below 0 an errno, negated: ETIMEDOUT where
  /// patience ran out, ECANCELED where the stop flag was set.
  virtual int read(std::uint8_t* to, int size) = 0;
  /// Bytes in all; -1 where the source cannot go back.
  virtual std::int64_t size() const { return -1; }
  /// Goes to a byte of a source that has a size; false where that fails.
  virtual bool seek(std::int64_t) { return false; }
  /// FFmpeg's name of the form, where the source knows it; empty: the bytes tell.
  virtual std::string form() const { return {}; }
  bool live() const { return size() < 0; }
};

/// Opens a file, a named pipe, or a camera (`camera:0`, `/dev/video0`). Throws DataError (not
/// there, a folder, no camera, nobody writes into the pipe), Error(kInterrupted).
std::unique_ptr<ByteSource> open_source(const std::string& name, const Patience& patience);

/// A file's bytes. Throws DataError where it cannot be opened.
std::unique_ptr<ByteSource> open_file(const std::string& path);

/// `/dev/video0` for `camera:0`; empty for every other name. Throws UsageError where no number
/// follows.
std::string camera_device(std::string_view name);

/// Video4Linux, without the frameworks around it: JPEG pictures where the camera makes them, else
/// raw ones. Throws DataError when there is none, when it is in use or is no camera.
std::unique_ptr<ByteSource> open_camera(const std::string& name,
                                        const std::string& device,
                                        const Patience& patience);

/// Waits for bytes. 1: there are some (or the end); else as ByteSource::read.
int wait_for_bytes(int descriptor, const Patience& patience);

/// An open file that closes itself.
class OpenFile {
 public:
  /// `name` is what the DataError names.
  OpenFile(const std::string& name, const std::string& path, int flags);
  ~OpenFile();
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;
  int get() const { return descriptor_; }

 private:
  int descriptor_;
};

}  // namespace mien
