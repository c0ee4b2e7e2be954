#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "mien/infer/analyser.h"
#include "mien/infer/batch_meeting.h"
#include "mien/infer/tracker.h"
#include "mien/mien.h"

namespace mien {
namespace {

AnalyserOptions analyser_options(const FaceReaderOptions& options) {
  if (options.models.empty()) {
    throw OptionError("models", "models: the weights file or run folder of a network is needed");
  }
  AnalyserOptions result;
  result.model = options.models;
  result.detector = options.detector;
  result.faces.min_face = options.min_face;
  result.faces.min_confidence = options.min_confidence;
  result.faces.max_faces = options.max_faces;
  result.device = options.device;
  result.precision = options.precision;
  result.batch = options.batch;
  return result;
}

constexpr int kLargestSide = 1 << 16;

void check(const Pixels& pixels) {
  if (pixels.data == nullptr) throw UsageError("pixels: there are none (a null pointer)");
  const auto fits = [](int side) { return side >= 1 && side <= kLargestSide; };
  if (!fits(pixels.width) || !fits(pixels.height)) {
    throw UsageError("pixels: a width and height from 1 to 65536 are needed");
  }
  if (pixels.stride != 0 && pixels.stride < 3 * static_cast<std::size_t>(pixels.width)) {
    throw UsageError("pixels: the stride is smaller than a row of 3 bytes a pixel");
  }
}

Image image_from(const Pixels& pixels) {
  check(pixels);
  Image image(pixels.width, pixels.height);
  const std::size_t stride = pixels.stride != 0 ? pixels.stride : image.row_bytes();
  for (int y = 0; y < image.height; ++y) {
    const std::uint8_t* from = pixels.data + stride * static_cast<std::size_t>(y);
    std::uint8_t* to = image.row(y);
    std::copy(from, from + image.row_bytes(), to);
    if (pixels.order == PixelOrder::kRgb) continue;
    for (int x = 0; x < image.width; ++x, to += 3) std::swap(to[0], to[2]);
  }
  return image;
}

}  // namespace

class FaceReader::Impl {
 public:
  explicit Impl(const FaceReaderOptions& options)
      : analyser(analyser_options(options)), meeting_(analyser) {}

  /// Without ids.
  PictureReading read(const Image& image) const {
    PictureReading reading;
    reading.frame.faces = analyser.detect(image);
    reading.features = meeting_.read({&image, &reading.frame.faces});
    return reading;
  }

  const Analyser analyser;

 private:
  mutable BatchMeeting meeting_;
};

FaceReader::FaceReader(const FaceReaderOptions& options)
    : impl_(std::make_shared<const Impl>(options)) {}
FaceReader::~FaceReader() = default;
FaceReader::FaceReader(FaceReader&&) noexcept = default;
FaceReader& FaceReader::operator=(FaceReader&&) noexcept = default;

const Vocabulary& FaceReader::vocabulary() const {
  return impl_->analyser.vocabulary();
}

const std::vector<double>& FaceReader::thresholds() const {
  return impl_->analyser.thresholds();
}

PictureReading FaceReader::read(const Pixels& pixels) const {
  PictureReading reading = impl_->read(image_from(pixels));
  Tracker().follow(reading.frame, reading.features);
  return reading;
}

PictureReading FaceReader::read_file(const std::string& file) const {
  PictureReading reading = impl_->read(read_image(file));
  reading.frame.input = file;
  Tracker().follow(reading.frame, reading.features);
  return reading;
}

class FaceFollower::Impl {
 public:
  explicit Impl(std::shared_ptr<const FaceReader::Impl> shared) : reader(std::move(shared)) {}

  std::shared_ptr<const FaceReader::Impl> reader;
  Tracker tracker;
  std::int64_t frames = 0;
  double last = -std::numeric_limits<double>::infinity();  ///< timestamp
};

FaceFollower::FaceFollower(const FaceReader& reader)
    : impl_(std::make_unique<Impl>(reader.impl_)) {}
FaceFollower::~FaceFollower() = default;
FaceFollower::FaceFollower(FaceFollower&&) noexcept = default;
FaceFollower& FaceFollower::operator=(FaceFollower&&) noexcept = default;

PictureReading FaceFollower::read(const Pixels& pixels, double timestamp) {
  if (!std::isfinite(timestamp) || timestamp < impl_->last) {
    throw UsageError("timestamp: seconds are needed that are finite and do not fall");
  }
  PictureReading reading = impl_->reader->read(image_from(pixels));
  impl_->last = timestamp;
  reading.frame.frame = impl_->frames++;
  reading.frame.timestamp = timestamp;
  impl_->tracker.follow(reading.frame, reading.features);
  return reading;
}

}  // namespace mien
