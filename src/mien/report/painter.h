// Lines, boxes and text for plots: drawn large and shrunk at the end, so that everything is smooth.
// For the sources of this module.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "mien/image/image.h"

namespace mien {

struct Rgb {
  std::uint8_t red = 0, green = 0, blue = 0;
};
inline constexpr Rgb kInk{38, 43, 51};       ///< text
inline constexpr Rgb kFaint{110, 118, 129};  ///< labels of axes, captions
inline constexpr Rgb kGrid{228, 231, 235};
inline constexpr Rgb kPaper{255, 255, 255};

/// Colour of curve i: told apart by people with any colour vision (after Okabe and Ito 2008,
/// darkened for white paper), repeated after eight.
Rgb series_colour(std::size_t i);

/// In pixels of the finished picture.
struct Spot {
  double x = 0, y = 0;
};
struct Rect {
  double x = 0, y = 0, width = 0, height = 0;
};

enum class Anchor { kStart, kMiddle, kEnd };
struct TextStyle {
  double size = 13;  ///< height of a capital letter is about 0.72 of it
  Rgb colour = kInk;
  Anchor anchor = Anchor::kStart;
  bool bold = false;
};

class Painter {
 public:
  Painter(int width, int height);
  ~Painter();
  Painter(const Painter&) = delete;
  Painter& operator=(const Painter&) = delete;

  void fill(const Rect& area, Rgb colour);
  void line(Spot from, Spot to, Rgb colour, double width = 1);
  void dashed(Spot from, Spot to, Rgb colour);
  void polyline(const std::vector<Spot>& spots, Rgb colour, double width);
  void dot(Spot centre, double radius, Rgb colour);
  /// `at` is the middle of the text's height, and its start, middle or end along the line.
  void text(Spot at, const std::string& text, const TextStyle& style);
  /// Reads from bottom to top, centred on `at`.
  void vertical_text(Spot at, const std::string& text, const TextStyle& style);
  void picture(const Rect& area, const Image& image);
  Image finish() const;

 private:
  struct Surface;
  std::unique_ptr<Surface> surface_;
};

/// Pixels that the text takes along the line.
double drawn_width(const std::string& text, const TextStyle& style);
/// The text, cut at its end ("..") so that it takes at most `width` pixels.
std::string fit_text(const std::string& text, const TextStyle& style, double width);

}  // namespace mien
