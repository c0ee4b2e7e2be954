#include "mien/infer/segment.h"

#include <algorithm>
#include <ctime>
#include <utility>

#include "mien/face/boxes.h"

namespace mien {

double thread_seconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  constexpr double kNano = 1e-9;
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * kNano;
}

void SegmentReader::read(Segment& segment) {
  std::vector<PictureFaces> pictures;
  segment.readings.resize(segment.frames.size());
  bool everywhere = segment.fresh;
  for (std::size_t i = 0; i < segment.frames.size(); ++i) {
    const VideoFrame& frame = segment.frames[i];
    FrameReading& reading = segment.readings[i];
    reading = {input_, frame.index, frame.timestamp, faces_of(frame, everywhere, segment.seconds)};
    everywhere = false;
    pictures.push_back({&frame.image, &reading.faces});
  }
  const double begin = thread_seconds();
  segment.features = analyser_.read(pictures);
  segment.seconds.read += thread_seconds() - begin;
}

std::vector<FaceReading> SegmentReader::faces_of(const VideoFrame& frame,
                                                 bool everywhere,
                                                 StageSeconds& seconds) {
  const double begin = thread_seconds();
  if (everywhere) {
    known_ = analyser_.candidates(frame.image);
    std::vector<FaceReading> sure = known_;
    std::erase_if(sure, [&](const FaceReading& face) {
      return face.confidence < analyser_.least_confidence();
    });
    seconds.detect += thread_seconds() - begin;
    return sure;
  }
  std::vector<FaceReading> found = analyser_.follow(frame.image, known_);
  // Who was lost may only have blinked or turned, and is looked for again in the next frame.
  constexpr float kSame = 0.2F;
  std::erase_if(known_, [&](const FaceReading& before) {
    return std::any_of(found.begin(), found.end(), [&](const FaceReading& face) {
      return overlap_of_union(face.box, before.box) > kSame;
    });
  });
  known_.insert(known_.begin(), found.begin(), found.end());
  seconds.follow += thread_seconds() - begin;
  return found;
}

}  // namespace mien
