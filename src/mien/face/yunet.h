// YuNet (Wu, Peng and Yu: YuNet: A Tiny Millisecond-level Face Detector, 2023) from a user's ONNX
// file, run by OpenCV.
#pragma once

#include <filesystem>
#include <memory>

#include "mien/face/detector.h"

namespace mien {

/// For files whose outputs are cls_8, obj_8, bbox_8, kps_8 and so on for strides 8, 16 and 32.
class Yunet final : public FaceDetector {
 public:
  /// Throws DataError for a file that is missing or is no such network.
  explicit Yunet(const std::filesystem::path& file);
  ~Yunet() override;
  double usual_confidence() const override { return 0.8; }

 private:
  class Pool;

  std::vector<Face> find(const Image& image, const DetectorOptions& options) const override;

  std::unique_ptr<Pool> pool_;
};

}  // namespace mien
