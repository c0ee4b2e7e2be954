// Where the faces of inputs are, without any network that reads them: for crops and features.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>

#include "mien/core/events.h"
#include "mien/core/options.h"
#include "mien/error.h"
#include "mien/face/detector.h"
#include "mien/image/image.h"
#include "mien/image/input_list.h"
#include "mien/infer/analyser.h"
#include "mien/infer/video_analysis.h"
#include "mien/reading.h"

namespace mien::cli {

struct FaceSourceOptions : FrameOptions {
  bool no_detect = false;  ///< pictures are crops already
  std::string detector = AnalyserOptions().detector;
  DetectorOptions faces;
  /// Whether faces are looked for; else each picture is one. Throws OptionError as `check` does.
  bool detects() const;
  /// Throws OptionError.
  void check() const;
};
void describe(FaceSourceOptions& options, Fields& fields);

/// Called in the order of the inputs, on the thread that runs them.
struct FaceReceivers {
  /// A frame, or the picture, of input number `index`, with its faces.
  std::function<void(std::size_t index, const Image&, const FrameReading&)> take;
  /// That input is done with; `problem`: what is wrong with it, or what `take` threw.
  std::function<void(std::size_t index, const std::optional<Error>& problem)> done;
};

class FaceSource {
 public:
  /// Throws OptionError and what `make_detector` throws.
  explicit FaceSource(const FaceSourceOptions& options);

  /// Every face, best first, with pose, quality and the id of who is who by motion. Once `stop` is
  /// set nothing more is given, and the input it came in is not done. Throws UsageError.
  void run(std::span<const Input> inputs,
           const FaceReceivers& receivers,
           const StopFlag& stop) const;

 private:
  void run_pictures(std::size_t first,
                    std::span<const Input> pictures,
                    const FaceReceivers& receivers,
                    const StopFlag& stop) const;
  void run_video(std::size_t index,
                 const std::string& name,
                 const FaceReceivers& receivers,
                 const StopFlag& stop) const;

  FaceSourceOptions options_;
  std::size_t threads_;
  Analyser analyser_;
};

}  // namespace mien::cli
