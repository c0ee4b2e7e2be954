#include "mien/cli/face_source.h"

#include <algorithm>
#include <vector>

#include "mien/cli/face_inputs.h"
#include "mien/cli/found_pictures.h"
#include "mien/infer/single_thread.h"
#include "mien/infer/tracker.h"

namespace mien::cli {
namespace {

AnalyserOptions analyser_options(const FaceSourceOptions& options) {
  options.check();
  AnalyserOptions result;
  result.detector = chosen_detector(options.detector, options.no_detect);
  result.faces = options.faces;
  return result;
}

VideoAnalysisOptions video_options(const FaceSourceOptions& options) {
  VideoAnalysisOptions result;
  static_cast<FrameOptions&>(result) = options;
  return result;
}

}  // namespace

bool FaceSourceOptions::detects() const {
  return chosen_detector(detector, no_detect) != kNoDetector;
}

void FaceSourceOptions::check() const {
  check_values(*this);
  check_span();
  chosen_detector(detector, no_detect);
}

void describe(FaceSourceOptions& options, Fields& fields) {
  fields.add("no_detect", options.no_detect, "inputs are face crops: each picture is one face");
  fields.add("detector",
             options.detector,
             "what finds the faces: mtcnn, a YuNet's .onnx file, or none where pictures are crops");
  describe(options.faces, fields);
  describe(static_cast<FrameOptions&>(options), fields);
}

FaceSource::FaceSource(const FaceSourceOptions& options)
    : options_(options),
      threads_(thread_count(options.threads)),
      analyser_(analyser_options(options)) {}

void FaceSource::run(std::span<const Input> inputs,
                     const FaceReceivers& receivers,
                     const StopFlag& stop) const {
  const std::size_t at_once = 2 * threads_;
  std::size_t at = 0;
  while (at < inputs.size() && !stop.requested()) {
    std::size_t end = at;
    while (end < inputs.size() && end - at < at_once && inputs[end].kind == InputKind::kPicture) {
      ++end;
    }
    if (end == at) {
      run_video(at, inputs[at].name, receivers, stop);
      ++at;
    } else {
      run_pictures(at, inputs.subspan(at, end - at), receivers, stop);
      at = end;
    }
  }
}

void FaceSource::run_pictures(std::size_t first,
                              std::span<const Input> pictures,
                              const FaceReceivers& receivers,
                              const StopFlag& stop) const {
  std::vector<std::string> names;
  names.reserve(pictures.size());
  for (const Input& picture : pictures) names.push_back(picture.name);
  std::vector<FoundPicture> found = find_faces(names, analyser_, threads_);
  for (std::size_t i = 0; i < found.size() && !stop.requested(); ++i) {
    if (!found[i].problem) {
      Tracker().follow(found[i].frame);
      found[i].problem =
          problem_in([&] { receivers.take(first + i, found[i].image, found[i].frame); });
      if (stop.requested()) return;
    }
    receivers.done(first + i, found[i].problem);
  }
}

void FaceSource::run_video(std::size_t index,
                           const std::string& name,
                           const FaceReceivers& receivers,
                           const StopFlag& stop) const {
  const auto take = [&](const Image& image, const FrameReading& frame) {
    receivers.take(index, image, frame);
  };
  const std::optional<Error> problem = problem_in([&] {
    using State = VideoEnd::State;
    const VideoEnd end = analyse_video(name, analyser_, video_options(options_), take, &stop).end;
    if (end.state == State::kTruncated || end.state == State::kGone) {
      throw DataError(name, end.message);
    }
  });
  if (!stop.requested()) receivers.done(index, problem);
}

}  // namespace mien::cli
