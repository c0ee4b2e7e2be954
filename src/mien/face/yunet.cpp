#include "mien/face/yunet.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <mutex>
#include <string>
#include <utility>

#include <opencv2/dnn.hpp>
#include <opencv2/imgproc.hpp>

#include "mien/core/files.h"
#include "mien/error.h"
#include "mien/face/boxes.h"

namespace mien {
namespace {

constexpr std::array<int, 3> kStrides = {8, 16, 32};
constexpr int kSideStep = 32;         // the coarsest stride: sides are multiples of it
constexpr float kMostOverlap = 0.3F;  // faces beside each other share less
constexpr double kKnownFace = 10;     // pixels of the smallest face that YuNet was trained on
// Longest side of the coarsest scale: a face that fills it is still one that YuNet knows.
constexpr int kCoarsestSide = 320;
constexpr double kScaleStep = 0.25;

/// In the order of the indices in `faces_in`: kinds, and strides within each.
std::vector<std::string> output_names() {
  std::vector<std::string> names;
  for (const char* kind : {"cls_", "obj_", "bbox_", "kps_"}) {
    for (const int stride : kStrides) names.push_back(kind + std::to_string(stride));
  }
  return names;
}

int up_to_step(int side) {
  return (side + kSideStep - 1) / kSideStep * kSideStep;
}

/// The picture at a scale, black beyond its right and lower edge. [1, 3, H, W], blue first
cv::Mat network_input(const Image& image, cv::Size size) {
  const cv::Mat whole(image.height,
                      image.width,
                      CV_8UC3,
                      const_cast<std::uint8_t*>(image.pixels.data()));  // NOLINT(*-const-cast)
  cv::Mat scaled = whole;
  if (size != whole.size()) {
    const bool shrinks = size.width <= whole.cols && size.height <= whole.rows;
    cv::resize(whole, scaled, size, 0, 0, shrinks ? cv::INTER_AREA : cv::INTER_LINEAR);
  }
  cv::Mat padded;
  cv::copyMakeBorder(scaled,
                     padded,
                     0,
                     up_to_step(size.height) - size.height,
                     0,
                     up_to_step(size.width) - size.width,
                     cv::BORDER_CONSTANT);
  return cv::dnn::blobFromImage(padded, 1.0, cv::Size(), cv::Scalar(), /*swapRB=*/true);
}

/// What the network says at one stride, a row a cell: outputs of `output_names()`.
struct Answers {
  const float* face = nullptr;       // [cells]
  const float* object = nullptr;     // [cells]
  const float* box = nullptr;        // [cells, 4]
  const float* landmarks = nullptr;  // [cells, 10]
};

/// The face of a cell, in pixels of the network's input.
Face face_at(const Answers& answers, int cell, int columns, int stride) {
  const auto size = static_cast<float>(stride);
  const auto column = static_cast<float>(cell % columns);
  const int whole_rows = cell / columns;
  const auto row = static_cast<float>(whole_rows);
  const auto place = static_cast<std::ptrdiff_t>(cell);
  const float* box = answers.box + 4 * place;
  const float* points = answers.landmarks + 2 * static_cast<std::ptrdiff_t>(kFacePoints) * place;
  const float width = std::exp(box[2]) * size;
  const float height = std::exp(box[3]) * size;
  Face face;
  face.box = {
      (column + box[0]) * size - width / 2, (row + box[1]) * size - height / 2, width, height};
  face.score = std::sqrt(std::clamp(answers.face[cell], 0.0F, 1.0F) *
                         std::clamp(answers.object[cell], 0.0F, 1.0F));
  for (std::size_t i = 0; i < kFacePoints; ++i) {
    face.landmarks[i] = {(column + points[2 * i]) * size, (row + points[2 * i + 1]) * size};
  }
  return face;
}

/// In pixels of the picture instead of the network's input.
Face scaled_back(Face face, double scale_x, double scale_y) {
  const auto x = static_cast<float>(1 / scale_x);
  const auto y = static_cast<float>(1 / scale_y);
  face.box = {face.box.x * x, face.box.y * y, face.box.width * x, face.box.height * y};
  for (Landmark& point : face.landmarks) point = {point.x * x, point.y * y};
  return face;
}

std::vector<Face> faces_in(const std::vector<cv::Mat>& outputs, cv::Size input, double confidence) {
  std::vector<Face> faces;
  for (std::size_t i = 0; i < kStrides.size(); ++i) {
    const int columns = input.width / kStrides[i];
    const int cells = columns * (input.height / kStrides[i]);
    const Answers answers{outputs[i].ptr<float>(),
                          outputs[3 + i].ptr<float>(),
                          outputs[6 + i].ptr<float>(),
                          outputs[9 + i].ptr<float>()};
    for (int cell = 0; cell < cells; ++cell) {
      const double score = std::sqrt(std::max(
          0.0,
          static_cast<double>(answers.face[cell]) * static_cast<double>(answers.object[cell])));
      if (score >= confidence) faces.push_back(face_at(answers, cell, columns, kStrides[i]));
    }
  }
  return faces;
}

/// Scales at which to look: the first shows the smallest face as YuNet knows it, each further one
/// is a quarter of the one before, so that a face that fills the picture is found too.
std::vector<double> scales_for(const Image& image, std::int64_t min_face) {
  const double longest = std::max(image.width, image.height);
  double scale = std::min(1.0, kKnownFace / static_cast<double>(min_face));
  scale = std::max(scale, std::min(1.0, kCoarsestSide / longest));
  std::vector<double> scales = {scale};
  while (longest * scale > kCoarsestSide / kScaleStep) {
    scale *= kScaleStep;
    scales.push_back(scale);
  }
  return scales;
}

}  // namespace

/// Networks that are not at work: OpenCV's keep state while they run, so each thread takes its own.
class Yunet::Pool {
 public:
  explicit Pool(const std::filesystem::path& file) : name_(file.string()), bytes_(read_file(file)) {
    put(make());
  }

  /// The outputs for one input, in the order of `output_names()`.
  std::vector<cv::Mat> run(const cv::Mat& input) {
    cv::dnn::Net network = take();
    std::vector<cv::Mat> outputs;
    try {
      network.setInput(input);
      network.forward(outputs, output_names());
      for (cv::Mat& output : outputs) output = output.clone();  // the network's own memory
    } catch (const cv::Exception& error) {
      throw DataError(name_, "OpenCV cannot run it as a YuNet: " + error.err);
    }
    put(network);
    return outputs;
  }

  /// Throws DataError where the network is no YuNet.
  void check() {
    const int side = kSideStep;
    const std::array<int, 4> shape = {1, 3, side, side};
    const std::vector<cv::Mat> outputs = run(cv::Mat(4, shape.data(), CV_32F, cv::Scalar(0)));
    constexpr std::array<int, 4> kValues = {1, 1, 4, 2 * static_cast<int>(kFacePoints)};
    for (std::size_t i = 0; i < outputs.size(); ++i) {
      const int cells = side / kStrides[i % 3] * (side / kStrides[i % 3]);
      const int wanted = cells * kValues[i / 3];
      if (outputs[i].total() != static_cast<std::size_t>(wanted) || outputs[i].type() != CV_32F) {
        throw DataError(name_, "its output " + output_names()[i] + " has not the shape of YuNet's");
      }
    }
  }

 private:
  cv::dnn::Net make() const {
    try {
      return cv::dnn::readNetFromONNX(bytes_.data(), bytes_.size());
    } catch (const cv::Exception& error) {
      throw DataError(name_, "not an ONNX network that OpenCV can read: " + error.err);
    }
  }
  cv::dnn::Net take() {
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      if (!idle_.empty()) {
        cv::dnn::Net network = idle_.back();
        idle_.pop_back();
        return network;
      }
    }
    return make();
  }
  void put(const cv::dnn::Net& network) {
    const std::lock_guard<std::mutex> lock(mutex_);
    idle_.push_back(network);
  }

  std::string name_;
  std::string bytes_;
  std::mutex mutex_;
  std::vector<cv::dnn::Net> idle_;
};

Yunet::Yunet(const std::filesystem::path& file) : pool_(std::make_unique<Pool>(file)) {
  pool_->check();
}

Yunet::~Yunet() = default;

std::vector<Face> Yunet::find(const Image& image, const DetectorOptions& options) const {
  std::vector<Face> faces;
  for (const double scale : scales_for(image, options.min_face)) {
    const auto scaled = [scale](int side) {
      return std::max(1, static_cast<int>(std::lround(side * scale)));
    };
    const cv::Size size(scaled(image.width), scaled(image.height));
    const cv::Size padded(up_to_step(size.width), up_to_step(size.height));
    const std::vector<cv::Mat> outputs = pool_->run(network_input(image, size));
    for (const Face& face : faces_in(outputs, padded, options.min_confidence)) {
      faces.push_back(scaled_back(face,
                                  static_cast<double>(size.width) / image.width,
                                  static_cast<double>(size.height) / image.height));
    }
  }
  std::vector<Box> boxes;
  std::vector<float> scores;
  for (const Face& face : faces) {
    boxes.push_back(face.box);
    scores.push_back(face.score);
  }
  std::vector<Face> kept;
  for (const std::size_t i : strongest_boxes(boxes, scores, overlap_of_union, kMostOverlap)) {
    kept.push_back(faces[i]);
  }
  return kept;
}

}  // namespace mien
