// Pictures without any shape, for networks that read whatever they are shown.
#pragma once

#include <cstdint>

#include "mien/image/image.h"
#include "mien/reading.h"

namespace mien::test {

/// A picture with a pattern that is another for each seed.
inline Image pattern(int width, int height, unsigned seed) {
  Image image(width, height);
  unsigned state = seed;
  for (std::uint8_t& value : image.pixels) {
    state = state * 1664525U + 1013904223U;
    value = static_cast<std::uint8_t>(state >> 24);
  }
  return image;
}

/// A face there, not read yet.
inline FaceReading face_in(const Box& box) {
  FaceReading face;
  face.box = box;
  face.confidence = 0.99;
  return face;
}

}  // namespace mien::test
