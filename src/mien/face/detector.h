// Finding faces: what every detector does, and how to get one.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "mien/core/options.h"
#include "mien/face/face.h"
#include "mien/image/image.h"

namespace mien {

struct DetectorOptions {
  /// Longer side of the smallest face looked for, pixels. Time goes with the inverse of its square.
  std::int64_t min_face = 20;
  /// Faces with a lower score are left out. 0: the detector's own limit, which was chosen by
  /// measuring (MTCNN 0.9, YuNet 0.8).
  double min_confidence = 0;
  std::int64_t max_faces = 0;  ///< only so many, the best ones; 0: all
  /// Throws OptionError.
  void check() const;
};
void describe(DetectorOptions& options, Fields& fields);

/// May be called from several threads at once.
class FaceDetector {
 public:
  virtual ~FaceDetector() = default;
  FaceDetector(const FaceDetector&) = delete;
  FaceDetector& operator=(const FaceDetector&) = delete;

  /// The faces in an upright picture, best score first; none in an empty picture.
  /// Throws OptionError for options that do not pass their check.
  std::vector<Face> detect(const Image& image, const DetectorOptions& options = {}) const;
  /// The faces in a picture that follows soon after one in which they were at `boxes`: each is
  /// looked for about its place alone. Far cheaper than `detect`, and blind to who comes in. Best
  /// score first; who is not found is missing.
  std::vector<Face> follow(const Image& image,
                           const std::vector<Box>& boxes,
                           const DetectorOptions& options = {}) const;
  /// The score from which on what this detector finds is a face, where nothing else is asked for.
  virtual double usual_confidence() const = 0;

 protected:
  FaceDetector() = default;

 private:
  /// `image` holds at least one pixel, `min_confidence` is set; faces come in any order and may be
  /// too many.
  virtual std::vector<Face> find(const Image& image, const DetectorOptions& options) const = 0;
  /// The face that was at `box`, which touches the picture, if it is still about there. Unless a
  /// detector knows better, it looks at the box's surroundings as a small picture.
  virtual std::optional<Face> find_near(const Image& image,
                                        const Box& box,
                                        const DetectorOptions& options) const;
};

/// "mtcnn" gives MTCNN with the networks that came with the program; the name of a file that ends
/// in .onnx gives YuNet with that file. Throws OptionError for another name, DataError for files
/// that are missing or of another kind.
std::unique_ptr<FaceDetector> make_detector(const std::string& detector = "mtcnn");

/// The folder with MTCNN's networks, which set-up fetched and `cmake --install` copied. Throws
/// FailureError that says where it was looked for.
std::filesystem::path find_mtcnn_folder();

}  // namespace mien
