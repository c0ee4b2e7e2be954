// Where the faces of inputs are, without any network that reads them: for crops and features.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "mien/core/events.h"
#include "mien/core/options.h"
#include "mien/face/detector.h"
#include "mien/image/image.h"
#include "mien/image/input_list.h"
#include "mien/reading.h"

namespace mien::cli {

struct FaceSourceOptions {
  bool no_detect = false;  ///< pictures are crops already
  std::string detector = "mtcnn";
  DetectorOptions faces;
  std::int64_t every = 1;  ///< of videos: only each so many-th frame
  double from = 0;         ///< seconds
  double to = 0;           ///< seconds; 0: the video's end
  std::int64_t detect_every = 10;
  /// Throws OptionError.
  void check() const;
};
void describe(FaceSourceOptions& options, Fields& fields);

using FaceReceiver = std::function<void(const Image&, const FrameReading&)>;

class FaceSource {
 public:
  /// Throws OptionError and what `make_detector` throws.
  explicit FaceSource(const FaceSourceOptions& options);

  /// Gives each frame of a video, or the picture, with its faces: best first, with pose, quality
  /// and the id of who is who by motion. Stops once `stop` is set. Throws DataError, also where a
  /// video's end is missing, after all frames before it.
  void run(const Input& input, const FaceReceiver& receive, const StopFlag& stop) const;

 private:
  void run_picture(const std::string& name, const FaceReceiver& receive) const;
  void run_video(const std::string& name, const FaceReceiver& receive, const StopFlag& stop) const;
  std::vector<FaceReading> whole(const Image& image) const;
  std::vector<FaceReading> readings(const Image& image, const std::vector<Face>& faces) const;

  FaceSourceOptions options_;
  std::unique_ptr<const FaceDetector> detector_;  ///< nothing where pictures are crops
};

}  // namespace mien::cli
