// MTCNN (Zhang, Zhang, Li and Qiao: Joint Face Detection and Alignment Using Multitask Cascaded
// Convolutional Networks, 2016): a small network proposes windows at every scale of the picture,
// two larger ones judge and move them, the last also gives the landmarks.
#pragma once

#include <filesystem>
#include <memory>

#include "mien/face/detector.h"

namespace mien {

/// Works with as many threads as libtorch is set to. `min_confidence` is the threshold of the last
/// network; the first two have the usual 0.6 and 0.7. (At 0.7 for the last one too it takes more
/// for faces than are.)
class Mtcnn final : public FaceDetector {
 public:
  /// Reads pnet.pt, rnet.pt and onet.pt. Throws DataError or WeightsError.
  explicit Mtcnn(const std::filesystem::path& folder);
  ~Mtcnn() override;
  double usual_confidence() const override { return 0.9; }

 private:
  struct Networks;

  std::vector<Face> find(const Image& image, const DetectorOptions& options) const override;
  /// The last network alone, on the box's own square, and once more where that was far off.
  std::optional<Face> find_near(const Image& image,
                                const Box& box,
                                const DetectorOptions& options) const override;

  std::unique_ptr<const Networks> networks_;
};

}  // namespace mien
