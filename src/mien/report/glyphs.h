// Text that is drawn onto pictures fast: letters are made once a size and laid over the pixels. For
// the sources of this module.
#pragma once

#include <array>
#include <string>

#include <opencv2/core/mat.hpp>

#include "mien/report/painter.h"

namespace mien {

/// The font has ASCII only: every other character becomes one question mark.
std::string drawable_text(const std::string& text);

/// Letters of one height.
class Glyphs {
 public:
  /// `size` as TextStyle's: a capital letter is about 0.72 of it high.
  explicit Glyphs(int size);
  int size() const { return size_; }
  int width(const std::string& text) const;
  /// `left` and `middle` in pixels: where the text begins, the middle of its capitals' height.
  /// What lies beyond the picture is left out.
  void draw(cv::Mat& picture, cv::Point left_middle, const std::string& text, Rgb colour) const;

 private:
  struct Glyph {
    cv::Mat coverage;  // CV_8UC1, kSide rows and columns around the letter
    cv::Rect used;     // where it is not 0
    int advance = 0;
  };
  static constexpr int kFirst = 0x20;
  static constexpr int kLetters = 0x7F - kFirst;

  int size_;
  cv::Point origin_;  // of a letter's start and middle in its coverage
  std::array<Glyph, kLetters> letters_;
};

/// Lays `colour` over the pixels of `area` that lie in the picture. `opacity` 0 to 1.
void shade(cv::Mat& picture, const cv::Rect& area, Rgb colour, double opacity);

}  // namespace mien
