#include "mien/infer/analyser.h"

#include <algorithm>
#include <utility>

#include "mien/error.h"
#include "mien/face/head_pose.h"
#include "mien/face/quality.h"
#include "mien/infer/ensemble.h"

namespace mien {
namespace {

constexpr std::int64_t kLargestBatch = 4096;

AnalyserOptions checked(const AnalyserOptions& options) {
  options.check();
  return options;
}

FaceReading reading_of(const Image& image, const Face& face) {
  FaceReading reading;
  reading.box = face.box;
  reading.confidence = static_cast<double>(face.score);
  reading.landmarks = face.landmarks;
  reading.pose = head_pose(face.landmarks);
  reading.quality = face_quality(image, face.box, *reading.pose).value();
  return reading;
}

std::vector<FaceReading> readings_of(const Image& image, const std::vector<Face>& faces) {
  std::vector<FaceReading> readings;
  readings.reserve(faces.size());
  for (const Face& face : faces) readings.push_back(reading_of(image, face));
  return readings;
}

std::vector<std::vector<FaceFeatures>> unread(std::span<const PictureFaces> pictures) {
  std::vector<std::vector<FaceFeatures>> features;
  features.reserve(pictures.size());
  for (const PictureFaces& picture : pictures) features.emplace_back(picture.faces->size());
  return features;
}

}  // namespace

std::vector<FaceReading> whole_picture(const Image& image) {
  if (image.empty()) return {};
  FaceReading reading;
  reading.box = {0, 0, static_cast<float>(image.width), static_cast<float>(image.height)};
  reading.confidence = 1;
  return {reading};
}

void AnalyserOptions::check() const {
  if (detector.empty()) {
    throw OptionError("detector", "detector: mtcnn, the .onnx file of a YuNet or none is needed");
  }
  check_values(*this);
}

void describe(AnalyserOptions& options, Fields& fields) {
  fields.add(
      "model",
      options.model,
      "weights file, run folder or ensemble that reads the faces; several (again, or a,b): their "
      "mean");
  fields.add("detector",
             options.detector,
             "what finds the faces: mtcnn, a YuNet's .onnx file, or none where pictures are crops");
  describe(options.faces, fields);
  fields.add("device", options.device, "where networks run: auto, cpu, cuda or cuda:N");
  fields.add("precision",
             options.precision,
             "auto: bfloat16 where the device multiplies it natively",
             one_of({"auto", "float32", "bfloat16"}));
  fields.add("batch",
             options.batch,
             "faces that a network reads at once; memory goes with it",
             between(1, kLargestBatch));
}

class Analyser::Impl {
 public:
  explicit Impl(const AnalyserOptions& asked)
      : options(checked(asked)),
        detector(options.detector == kNoDetector ? nullptr : make_detector(options.detector)),
        ensemble(
            options.model.empty()
                ? nullptr
                : std::make_unique<Ensemble>(
                      options.model,
                      EnsembleOptions{options.device, options.precision, detector == nullptr})) {}

  double least_confidence() const {
    if (options.faces.min_confidence > 0) return options.faces.min_confidence;
    return detector ? detector->usual_confidence() : 0.0;
  }

  AnalyserOptions options;
  std::unique_ptr<const FaceDetector> detector;  ///< nothing where pictures are crops
  std::unique_ptr<const Ensemble> ensemble;      ///< nothing where faces are not read
  Vocabulary vocabulary = ensemble ? ensemble->vocabulary() : Vocabulary();
  std::vector<double> thresholds = ensemble ? ensemble->thresholds() : std::vector<double>();
};

Analyser::Analyser(const AnalyserOptions& options) : impl_(std::make_unique<Impl>(options)) {}
Analyser::~Analyser() = default;
Analyser::Analyser(Analyser&&) noexcept = default;
Analyser& Analyser::operator=(Analyser&&) noexcept = default;

const Vocabulary& Analyser::vocabulary() const {
  return impl_->vocabulary;
}

const std::vector<double>& Analyser::thresholds() const {
  return impl_->thresholds;
}

const AnalyserOptions& Analyser::options() const {
  return impl_->options;
}

std::vector<FaceReading> Analyser::detect(const Image& image) const {
  if (!impl_->detector) return whole_picture(image);
  return readings_of(image, impl_->detector->detect(image, impl_->options.faces));
}

std::vector<FaceReading> Analyser::candidates(const Image& image) const {
  if (!impl_->detector) return whole_picture(image);
  DetectorOptions options = impl_->options.faces;
  options.min_confidence = impl_->least_confidence() / 2;
  return readings_of(image, impl_->detector->detect(image, options));
}

double Analyser::least_confidence() const {
  return impl_->least_confidence();
}

std::vector<FaceReading> Analyser::follow(const Image& image,
                                          const std::vector<FaceReading>& before) const {
  if (!impl_->detector) return whole_picture(image);
  std::vector<Box> boxes;
  boxes.reserve(before.size());
  for (const FaceReading& face : before) boxes.push_back(face.box);
  return readings_of(image, impl_->detector->follow(image, boxes, impl_->options.faces));
}

std::vector<std::vector<FaceFeatures>> Analyser::read(
    std::span<const PictureFaces> pictures) const {
  if (!impl_->ensemble) return unread(pictures);
  std::vector<FacePlace> places;
  for (const PictureFaces& picture : pictures) {
    for (FaceReading& face : *picture.faces) places.push_back({picture.image, &face});
  }
  std::vector<FaceFeatures> all;
  all.reserve(places.size());
  const auto most = static_cast<std::size_t>(impl_->options.batch);
  for (std::size_t begin = 0; begin < places.size(); begin += most) {
    const std::size_t count = std::min(most, places.size() - begin);
    const std::span<const FacePlace> batch = std::span(places).subspan(begin, count);
    for (FaceFeatures& features : impl_->ensemble->read(batch)) all.push_back(std::move(features));
  }
  std::vector<std::vector<FaceFeatures>> features;
  auto next = all.begin();
  for (const PictureFaces& picture : pictures) {
    const auto end = next + static_cast<std::ptrdiff_t>(picture.faces->size());
    features.emplace_back(std::make_move_iterator(next), std::make_move_iterator(end));
    next = end;
  }
  return features;
}

std::vector<std::vector<FaceReading>> Analyser::analyse(std::span<const Image> images) const {
  std::vector<std::vector<FaceReading>> readings;
  readings.reserve(images.size());
  for (const Image& image : images) readings.push_back(detect(image));
  std::vector<PictureFaces> pictures;
  pictures.reserve(images.size());
  for (std::size_t i = 0; i < images.size(); ++i) pictures.push_back({&images[i], &readings[i]});
  read(pictures);
  return readings;
}

}  // namespace mien
