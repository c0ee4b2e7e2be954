// Pictures become an MP4 file that every player shows: H.264 where FFmpeg has libx264, else MPEG-4.
#pragma once

#include <filesystem>
#include <memory>

#include "mien/image/image.h"

namespace mien {

struct VideoWriterOptions {
  double frame_rate = 25;  ///< frames/s, 0.01 to 1000; with timestamps only the last frame's length
  int quality =
      21;           ///< x264's constant rate factor, 0 (lossless) to 51; lower is better and larger
  int threads = 0;  ///< that encode; 0: as many as there are processors
};

/// Writes beside the final name and renames at `finish`: a video under its final name is whole. One
/// thread at a time. After an exception the writer can only be destroyed, which removes what was
/// written.
class VideoWriter {
 public:
  /// An odd size becomes even: the last column or row is repeated, since the form stores colour at
  /// half the size. Throws UsageError (size, options), FailureError (folder that cannot be written,
  /// no encoder).
  VideoWriter(const std::filesystem::path& file,
              int width,
              int height,
              const VideoWriterOptions& options = {});
  ~VideoWriter();
  VideoWriter(VideoWriter&&) noexcept;
  VideoWriter& operator=(VideoWriter&&) noexcept;

  /// Shown 1 / frame_rate after the frame before. Throws UsageError (another size), FailureError
  /// (full disk).
  void write(const Image& image);
  /// Shown at that second, kept to 1/90000; a time that does not grow is moved just behind the
  /// frame before.
  void write(const Image& image, double timestamp);
  /// Completes the file under its final name; nothing is left where there was no frame. Throws
  /// FailureError.
  void finish();

 private:
  class Encoder;
  std::unique_ptr<Encoder> encoder_;
};

}  // namespace mien
