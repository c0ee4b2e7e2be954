// The frames of a video, a pipe or a camera, one after the other, in constant memory. FFmpeg stays
// inside the sources.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "mien/core/events.h"
#include "mien/image/image.h"

namespace mien {

struct VideoReaderOptions {
  int threads = 0;                 ///< that decode; 0: as many as there are processors
  double patience = 10;            ///< seconds that a pipe or camera may stay silent
  const StopFlag* stop = nullptr;  ///< ends the wait for a pipe or camera
};

struct VideoInfo {
  int width = 0;  ///< pixels of the frames as `read` gives them: upright, with square pixels
  int height = 0;
  int orientation = 1;    ///< EXIF's number (1..8) of the turn that was stored and is applied
  double frame_rate = 0;  ///< nominal (mean) frames/s; 0: unknown, as for a camera
  double duration = 0;    ///< seconds, by the header; 0: unknown
  std::optional<std::int64_t> frame_count;  ///< by the header; only reading it tells for sure
  bool live = false;                        ///< a pipe or a camera: nothing can be read twice
  std::string codec;                        ///< FFmpeg's name: "h264", "mjpeg"
};

/// How a video ended.
struct VideoEnd {
  enum class State {
    kOpen,       ///< it has not
    kComplete,   ///< all frames that the file announced, or up to where it ends by itself
    kTruncated,  ///< the end is missing; all that decodes before it was given
    kGone,       ///< a pipe or camera that stopped, or kept silent for too long
    kStopped,    ///< by the stop flag
  };
  State state = State::kOpen;
  std::string message;  ///< one line for the user where it is not complete
};

struct VideoFrame {
  Image image;
  std::int64_t index = 0;  ///< from 0 in the order of display; every decoded frame counts
  /// Seconds since the file's first moment, by the video's own clock (what a player shows); for a
  /// camera or a pipe of bare JPEG pictures, which have no clock, since the first frame arrived.
  double timestamp = 0;
};

/// Takes whatever FFmpeg can decode: videos, animated GIF and PNG, `camera:0`, `/dev/video0`, a
/// named pipe with Matroska, MPEG-TS or JPEG pictures behind each other. A file can name no other
/// file or address. Frames are laid over white where they are transparent, and turned upright. One
/// thread at a time.
class VideoReader {
 public:
  /// Throws DataError (missing, empty, not a video, no picture in it, unknown codec, over 100
  /// megapixels, no camera, silence), UsageError (`camera:x`), Error(kInterrupted).
  explicit VideoReader(const std::string& name, const VideoReaderOptions& options = {});
  ~VideoReader();
  VideoReader(VideoReader&&) noexcept;
  VideoReader& operator=(VideoReader&&) noexcept;

  const VideoInfo& info() const;
  /// The next frame, into memory that is used again; false at the end. Throws DataError where a
  /// video ends without a single frame.
  bool read(VideoFrame& frame);
  /// Passes over frames, which are decoded (so that numbers stay exact) but not converted. False at
  /// the end.
  bool skip(std::int64_t frames);
  /// Passes over the frames before that timestamp. False at the end.
  bool skip_to(double seconds);
  /// How it ended, once `read` or `skip` gave false.
  const VideoEnd& end() const;
  /// Pieces of the video that could not be decoded so far.
  std::int64_t damaged() const;

 private:
  class Decoder;
  std::unique_ptr<Decoder> decoder_;
};

}  // namespace mien
