#include "mien/cli/face_source.h"

#include "mien/error.h"
#include "mien/face/head_pose.h"
#include "mien/face/quality.h"
#include "mien/image/video_reader.h"
#include "mien/infer/tracker.h"

namespace mien::cli {

void FaceSourceOptions::check() const {
  check_values(*this);
  if (no_detect && detector != "mtcnn") {
    throw OptionError("no_detect", "--no-detect and --detector exclude each other");
  }
  if (to > 0 && to <= from) {
    throw OptionError("to", "to: a time after the one to start from is needed");
  }
}

void describe(FaceSourceOptions& options, Fields& fields) {
  fields.add("no_detect", options.no_detect, "inputs are face crops: each picture is one face");
  fields.add("detector", options.detector, "what finds the faces: mtcnn, or a YuNet's .onnx file");
  describe(options.faces, fields);
  fields.add("every", options.every, "of videos: only each so many-th frame", at_least(1));
  fields.add("from", options.from, "of videos: seconds at which to start", at_least(0));
  fields.add(
      "to", options.to, "of videos: seconds at which to end; 0: at the video's end", at_least(0));
  fields.add("detect_every",
             options.detect_every,
             "look for faces everywhere in each so many-th frame, in between where they were",
             at_least(1));
}

FaceSource::FaceSource(const FaceSourceOptions& options) : options_(options) {
  options_.check();
  if (!options_.no_detect) detector_ = make_detector(options_.detector);
}

std::vector<FaceReading> FaceSource::whole(const Image& image) const {
  FaceReading face;
  face.box = {0, 0, static_cast<float>(image.width), static_cast<float>(image.height)};
  face.confidence = 1;
  return {face};
}

std::vector<FaceReading> FaceSource::readings(const Image& image,
                                              const std::vector<Face>& faces) const {
  std::vector<FaceReading> readings;
  for (const Face& face : faces) {
    FaceReading reading;
    reading.box = face.box;
    reading.confidence = static_cast<double>(face.score);
    reading.landmarks = face.landmarks;
    reading.pose = head_pose(face.landmarks);
    reading.quality = face_quality(image, face.box, *reading.pose).value();
    readings.push_back(reading);
  }
  return readings;
}

void FaceSource::run(const Input& input, const FaceReceiver& receive, const StopFlag& stop) const {
  if (input.kind == InputKind::kPicture) return run_picture(input.name, receive);
  run_video(input.name, receive, stop);
}

void FaceSource::run_picture(const std::string& name, const FaceReceiver& receive) const {
  FrameReading frame;
  frame.input = name;
  const Image image = read_image(name);
  frame.faces =
      detector_ ? readings(image, detector_->detect(image, options_.faces)) : whole(image);
  Tracker().follow(frame);
  receive(image, frame);
}

void FaceSource::run_video(const std::string& name,
                           const FaceReceiver& receive,
                           const StopFlag& stop) const {
  VideoReaderOptions reader_options;
  reader_options.stop = &stop;
  VideoReader reader(name, reader_options);
  Tracker tracker;
  VideoFrame video;
  FrameReading frame;
  frame.input = name;
  std::vector<Box> known;
  std::int64_t count = 0;
  if (options_.from > 0) reader.skip_to(options_.from);
  while (!stop.requested() && reader.read(video)) {
    if (options_.to > 0 && video.timestamp >= options_.to) return;
    frame.frame = video.index;
    frame.timestamp = video.timestamp;
    if (!detector_) {
      frame.faces = whole(video.image);
    } else if (count++ % options_.detect_every == 0) {
      frame.faces = readings(video.image, detector_->detect(video.image, options_.faces));
    } else {
      frame.faces = readings(video.image, detector_->follow(video.image, known, options_.faces));
    }
    known.clear();
    for (const FaceReading& face : frame.faces) known.push_back(face.box);
    tracker.follow(frame);
    receive(video.image, frame);
    if (options_.every > 1 && !reader.skip(options_.every - 1)) break;
  }
  using State = VideoEnd::State;
  const VideoEnd& end = reader.end();
  if (end.state == State::kTruncated || end.state == State::kGone) {
    throw DataError(name, end.message);
  }
}

}  // namespace mien::cli
