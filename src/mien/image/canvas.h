// A small drawing surface: anti-aliased filled outlines with opacity and soft edges.
#pragma once

#include <cstdint>
#include <vector>

#include "mien/image/image.h"

namespace mien {

/// In pixels of the finished picture; (0, 0) is its upper left corner, y points down.
struct Point {
  double x = 0;
  double y = 0;
};
using Outline = std::vector<Point>;

/// Channels 0 to 255.
struct Colour {
  double red = 0;
  double green = 0;
  double blue = 0;
};
/// `part` 0 gives the first, 1 the second.
Colour mix(const Colour& first, const Colour& second, double part);
/// All channels times `gain`, kept in range.
Colour scaled(const Colour& colour, double gain);

struct Paint {
  Colour colour;
  double opacity = 1;   ///< 0 to 1
  double softness = 0;  ///< deviation of the blurred edge, pixels
};

/// A smooth curve through the points (Catmull and Rom 1974), closed on request.
Outline smooth(const Outline& points, bool closed = false);
Outline ellipse(Point centre, double radius_x, double radius_y, double radians = 0);
/// The outline of a stroke along the line. `taper` 0: the same width all along; 1: pointed ends.
Outline stroke(const Outline& line, double width, double taper = 0);

/// Draws at twice the size; `finish` shrinks.
class Canvas {
 public:
  Canvas(int width, int height, const Colour& ground);

  void fill(const Outline& outline, const Paint& paint);
  /// Only what lies inside is painted from now on, until `unclip`.
  void clip(const Outline& outline);
  void unclip();
  Image finish() const;

 private:
  struct Box {
    int x = 0, y = 0, width = 0, height = 0;
  };
  Box bounds(const Outline& outline, double margin) const;
  void blend(const Box& row, const std::uint8_t* covered, const Paint& paint);

  Image image_;
  std::vector<std::uint8_t> clip_;  // a byte a pixel; empty: everything is painted
};

}  // namespace mien
