// Clips in which real faces move in known ways: people cut out of photographs before a moving
// ground. What is measured on them can be compared with where the faces truly are.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "mien/image/image.h"
#include "mien/reading.h"

#include "clip_scene.h"

namespace mien::bench {

/// What lies about a face in a photograph.
struct Cutout {
  Image image;
  Box face;  ///< in it
};

/// Every face of at least 40 pixels that MTCNN finds in the photographs. Throws DataError for a
/// photograph without one, and what `read_image` throws.
std::vector<Cutout> cut_out_faces(const std::vector<std::string>& photographs);

struct TrueFace {
  std::int64_t person = 0;  ///< from 1
  Box box;                  ///< as MTCNN has it in the photograph; may reach beyond the frame
  double visible = 0;       ///< part of the face that nothing covers and the frame shows, 0 to 1
};

struct MadeFrame {
  Image image;
  std::vector<TrueFace> faces;  ///< hidden ones too, in the order of persons
};

class MadeClip {
 public:
  /// Where a scene has more people than there are cutouts, these are used again, mirrored and
  /// lighter or darker. Throws UsageError for no cutout at all, or options out of range.
  MadeClip(const ClipOptions& options, const std::vector<Cutout>& cutouts);

  std::int64_t frames() const { return options_.frame_rate * options_.seconds; }
  /// From 0; any order.
  MadeFrame frame(std::int64_t index) const;

 private:
  class Painting;

  ClipOptions options_;
  ClipScene scene_;
  std::vector<Cutout> people_;  ///< as in the scene
  Image ground_;                ///< larger than the frame, which moves over it
  Image screen_;                ///< what screens look like
};

}  // namespace mien::bench
