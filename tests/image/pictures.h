// Pictures for the tests of this folder.
#pragma once

#include <cstddef>
#include <cstdlib>
#include <vector>

#include "mien/image/image.h"

namespace mien::test {

/// A picture out of a list of values, row by row.
inline Image picture(int width, int height, const std::vector<int>& values) {
  Image image(width, height);
  for (std::size_t i = 0; i < image.pixels.size(); ++i) {
    image.pixels[i] = static_cast<std::uint8_t>(values.at(i));
  }
  return image;
}

/// 4 x 3 pixels: red grows to the right, green curves, blue falls; the last ones wrap.
inline Image ramp() {
  Image image(4, 3);
  for (int y = 0; y < 3; ++y) {
    for (int x = 0; x < 4; ++x) {
      std::uint8_t* to = image.row(y) + std::ptrdiff_t{x} * 3;
      to[0] = static_cast<std::uint8_t>(x * 80 + y * 13);
      to[1] = static_cast<std::uint8_t>(x * x * 25 + y * 40);
      to[2] = static_cast<std::uint8_t>(255 - x * 60 - y * 20);
    }
  }
  return image;
}

/// A picture full of edges, by formula.
inline Image rough(int width, int height) {
  Image image(width, height);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      for (int c = 0; c < 3; ++c) {
        image.row(y)[x * 3 + c] = static_cast<std::uint8_t>(x * 37 + y * 91 + c * 53 + x * y);
      }
    }
  }
  return image;
}

/// The largest difference of two pictures of one size; 999 when the sizes differ.
inline int largest_difference(const Image& first, const Image& second) {
  if (first.width != second.width || first.height != second.height) return 999;
  int largest = 0;
  for (std::size_t i = 0; i < first.pixels.size(); ++i) {
    largest = std::max(largest, std::abs(first.pixels[i] - second.pixels[i]));
  }
  return largest;
}

}  // namespace mien::test
