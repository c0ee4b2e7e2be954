// A picture at falling scales, and windows cut out of it.
#pragma once

#include <cstddef>
#include <vector>

#include "mien/face/face.h"
#include "mien/image/image.h"

namespace mien {

/// What networks that take colours in [-1, 1) see.
inline constexpr float kColourScale = 1.0F / 128;
inline constexpr float kColourShift = -127.5F / 128;

/// The picture itself and smaller (or, first of all, larger) ones of it. Keeps a reference to the
/// picture.
class Pyramid {
 public:
  /// scale_x, scale_y: pixels of the level a pixel of the picture.
  struct Level {
    Image image;
    double scale_x = 1;
    double scale_y = 1;
  };

  /// Levels of scale first, first * factor, ... as long as both sides have `smallest` pixels.
  struct Steps {
    double first = 1;
    double factor = 0.5;
    int smallest = 12;
  };
  Pyramid(const Image& image, const Steps& steps);

  const std::vector<Level>& levels() const { return levels_; }

  /// The window of the picture as side x side pixels, colours scaled as above, interleaved, from
  /// the smallest level that has a pixel for each. Beyond the picture its edge
  /// goes on (faces that fill a picture are found better than before black). Writes
  /// 3 * side * side values.
  void cut(const Box& window, int side, float* out) const;

 private:
  const Image& image_;
  std::vector<Level> levels_;
};

}  // namespace mien
