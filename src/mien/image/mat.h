// Between Image and OpenCV; for the sources of this module only.
#pragma once

#include <opencv2/core/mat.hpp>

#include "mien/image/image.h"

namespace mien {

/// The picture's own pixels as a matrix of 8-bit triples. Nothing is copied.
inline cv::Mat mat_of(Image& image) {
  return cv::Mat(image.height, image.width, CV_8UC3, image.pixels.data());
}

/// The same for a source that OpenCV only reads (its matrices know no const).
inline cv::Mat mat_of(const Image& image) {
  return cv::Mat(image.height,
                 image.width,
                 CV_8UC3,
                 const_cast<std::uint8_t*>(image.pixels.data()));  // NOLINT(*-const-cast)
}

}  // namespace mien
