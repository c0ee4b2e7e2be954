// Faces found in pictures and read by one or several networks.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "mien/core/options.h"
#include "mien/face/detector.h"
#include "mien/image/image.h"
#include "mien/reading.h"

namespace mien {

/// The detector's name where pictures are crops already.
inline constexpr const char* kNoDetector = "none";

struct AnalyserOptions {
  std::vector<std::string> model;  ///< weights files or run folders; several: their mean; none:
                                   ///< faces are found and not read
  std::string detector = "mtcnn";  ///< mtcnn | a YuNet's .onnx file | none (pictures are crops)
  DetectorOptions faces;
  std::string device = "auto";     ///< auto | cpu | cuda | cuda:N
  std::string precision = "auto";  ///< auto | float32 | bfloat16
  std::int64_t batch = 32;         ///< faces that a network reads at once; memory goes with it
  /// Throws OptionError.
  void check() const;
};
/// All keys on one level, the detector's (`min_face`, ...) too.
void describe(AnalyserOptions& options, Fields& fields);

/// What a network sees in a face, `Outputs::features`: of several networks one behind the other;
/// empty where none gives any.
using FaceFeatures = std::vector<float>;

/// A picture and the faces in it that are to be read.
struct PictureFaces {
  const Image* image = nullptr;
  std::vector<FaceReading>* faces = nullptr;
};

/// The one face of a picture that is a crop: all of it. None in an empty picture.
std::vector<FaceReading> whole_picture(const Image& image);

/// May be used from several threads at once. A face reads the same (1e-3 in float32) alone or in a
/// batch, on any number of threads.
class Analyser {
 public:
  /// Loads everything. Throws OptionError, and what `load_network`, `make_detector` and
  /// `choose_device` throw.
  explicit Analyser(const AnalyserOptions& options);
  ~Analyser();
  Analyser(Analyser&&) noexcept;
  Analyser& operator=(Analyser&&) noexcept;

  /// What the networks give together: `Prediction`s are in this order.
  const Vocabulary& vocabulary() const;
  /// Probability from which on a unit is present, one a unit of the vocabulary.
  const std::vector<double>& thresholds() const;
  const AnalyserOptions& options() const;

  /// The faces of an upright picture, best first, with pose and quality, not read yet. Where
  /// pictures are crops: one face that is the whole picture; none in an empty picture.
  std::vector<FaceReading> detect(const Image& image) const;
  /// Those and what may be faces too: down to half of `least_confidence`. For `follow`, since who
  /// is hardly seen in one frame is often seen well in the next.
  std::vector<FaceReading> candidates(const Image& image) const;
  /// The detector's confidence from which on something is a face here.
  double least_confidence() const;
  /// The faces of a picture that follows soon after, looked for about where `before` has them:
  /// cheap, and blind to who comes in. Where pictures are crops: the same as `detect`.
  std::vector<FaceReading> follow(const Image& image, const std::vector<FaceReading>& before) const;
  /// Fills in the predictions. Features: one list a picture, one entry a face.
  std::vector<std::vector<FaceFeatures>> read(std::span<const PictureFaces> pictures) const;
  /// Detects and reads: one list of faces a picture.
  std::vector<std::vector<FaceReading>> analyse(std::span<const Image> images) const;

 private:
  class Impl;
  std::unique_ptr<const Impl> impl_;
};

}  // namespace mien
