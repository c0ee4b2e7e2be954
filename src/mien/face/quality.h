// How far a face can be read, before any network reads it.
#pragma once

#include "mien/image/image.h"
#include "mien/reading.h"

namespace mien {

/// Three parts from 0 (useless) to 1 (as good as any).
struct Quality {
  double size = 0;       ///< grows with the box's side, up to 112 pixels
  double sharpness = 0;  ///< falls with blur, by any cause: motion, focus, compression, enlarging
  double angle = 0;      ///< falls with the turn away from an upright face that looks here
  /// All three together: their product. Trust readings from about 0.2 on: that is what a face of 48
  /// pixels (which networks are trained on too) has that is turned by 25 degrees and as blurred as
  /// the worst twentieth of faces on the web (sharpness 0.6; studio photographs have 0.85).
  double value() const { return size * sharpness * angle; }
};

/// Of the face that lies in `box`. What of the box lies beyond the picture does not count against
/// it; a box wholly outside gives zeros.
Quality face_quality(const Image& image, const Box& box, const HeadPose& pose);

}  // namespace mien
