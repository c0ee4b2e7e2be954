// What lies about a face, cut out of its picture.
#pragma once

#include "mien/face/face.h"
#include "mien/image/image.h"

namespace mien {

/// A part of a picture and where its left upper pixel lies there.
struct Surroundings {
  Image image;
  int x = 0;
  int y = 0;
};

/// The square about the box, `reach` of its longer side larger on each side, as far as the picture
/// goes. The box shares area with the picture.
Surroundings surroundings(const Image& image, const Box& box, float reach);

}  // namespace mien
