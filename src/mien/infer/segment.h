// A run of frames that begins with one in which faces are looked for everywhere. What is read of it
// depends on nothing before it, so segments are read side by side.
#pragma once

#include <cstdint>
#include <exception>
#include <string>
#include <vector>

#include "mien/image/video_reader.h"
#include "mien/infer/analyser.h"
#include "mien/infer/video_analysis.h"

namespace mien {

struct Segment {
  std::int64_t number = 0;
  std::vector<VideoFrame> frames;
  bool fresh = true;  ///< false: the faces of the segment before go on (live videos)
  // Filled in by the reader:
  std::vector<FrameReading> readings;               ///< a frame, without ids
  std::vector<std::vector<FaceFeatures>> features;  ///< a frame, a face
  StageSeconds seconds;
  std::exception_ptr error;  ///< nothing comes after its frames
};

/// Reads segments, one thread at a time.
class SegmentReader {
 public:
  SegmentReader(const Analyser& analyser, std::string input)
      : analyser_(analyser), input_(std::move(input)) {}

  /// Fills in the readings.
  void read(Segment& segment);

 private:
  std::vector<FaceReading> faces_of(const VideoFrame& frame,
                                    bool everywhere,
                                    StageSeconds& seconds);

  const Analyser& analyser_;
  std::string input_;
  /// Where faces were last: also those that were lost since, and what was hardly a face so far.
  std::vector<FaceReading> known_;
};

/// Processor seconds that the calling thread has used.
double thread_seconds();

}  // namespace mien
