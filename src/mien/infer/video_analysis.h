// A whole video read: decoding, finding, reading and delivering side by side, in constant memory.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "mien/core/events.h"
#include "mien/core/options.h"
#include "mien/image/video_reader.h"
#include "mien/infer/analyser.h"
#include "mien/infer/smoothing.h"
#include "mien/infer/tracker.h"

namespace mien {

/// Which frames of a video are looked at, and how.
struct FrameOptions {
  std::int64_t every = 1;  ///< only each so many-th frame is read; the others are passed over
  double from = 0;         ///< seconds: frames before are passed over
  double to = 0;           ///< seconds: the video ends there; 0: at its end
  /// Faces are looked for in each so many-th of the frames that are read; in between, each is
  /// looked for where it was. More is faster, and who comes in is found later.
  std::int64_t detect_every = 15;
  std::int64_t threads = 0;  ///< that find and read faces; 0: as many as there are processors
  /// That the end comes after the start. Throws OptionError.
  void check_span() const;
};
void describe(FrameOptions& options, Fields& fields);

struct VideoAnalysisOptions : FrameOptions {
  TrackerOptions tracker;
  SmoothingOptions smoothing;
  /// Throws OptionError.
  void check() const;
};
/// All keys on one level.
void describe(VideoAnalysisOptions& options, Fields& fields);

/// Processor seconds by stage, of the threads that work there.
struct StageSeconds {
  double decode = 0;   ///< to upright RGB
  double detect = 0;   ///< looking for faces everywhere
  double follow = 0;   ///< looking for them where they were
  double read = 0;     ///< crops and networks
  double deliver = 0;  ///< ids, smoothing, and what the receiver does
  double total() const { return decode + detect + follow + read + deliver; }
};

struct VideoAnalysis {
  VideoEnd end;              ///< kComplete too where `to` ended it
  std::int64_t frames = 0;   ///< delivered
  std::int64_t people = 0;   ///< ids given
  std::int64_t damaged = 0;  ///< pieces that could not be decoded
  StageSeconds seconds;
};

/// Receives each frame's picture and reading, in order, on the thread that called `analyse_video`.
using FrameReceiver = std::function<void(const Image&, const FrameReading&)>;

/// Reads a video, a pipe or a camera. The readings are the same (1e-3 in float32) whatever the
/// number of threads. At most (threads + 1) * detect_every pictures are held in memory, and of
/// large ones no more than fit into 1 GiB (but 2 * detect_every); of a pipe or camera one or two
/// (and one thread reads them). Once `stop` is set nothing more is delivered. Throws OptionError,
/// what `VideoReader` throws, and what the receiver throws.
VideoAnalysis analyse_video(const std::string& name,
                            const Analyser& analyser,
                            const VideoAnalysisOptions& options,
                            const FrameReceiver& receive,
                            const StopFlag* stop = nullptr);

}  // namespace mien
