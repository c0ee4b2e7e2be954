// Parts, mirrors, warps and blur of a picture.
#include <algorithm>
#include <cmath>
#include <cstring>
#include <string>

#include <opencv2/imgproc.hpp>

#include "mien/error.h"
#include "mien/image/image.h"
#include "mien/image/mat.h"

namespace mien {

Image crop(const Image& image, int x, int y, int width, int height) {
  const bool inside = x >= 0 && y >= 0 && width > 0 && height > 0 && width <= image.width - x &&
                      height <= image.height - y;
  if (!inside) {
    throw UsageError("crop " + std::to_string(width) + " x " + std::to_string(height) + " at (" +
                     std::to_string(x) + ", " + std::to_string(y) + ") leaves the picture of " +
                     std::to_string(image.width) + " x " + std::to_string(image.height));
  }
  Image part(width, height);
  for (int row = 0; row < height; ++row) {
    std::memcpy(part.row(row), image.row(y + row) + x * std::ptrdiff_t{3}, part.row_bytes());
  }
  return part;
}

Image flip_horizontal(const Image& image) {
  Image mirrored(image.width, image.height);
  if (image.empty()) return mirrored;
  cv::Mat to = mat_of(mirrored);
  cv::flip(mat_of(image), to, 1);
  return mirrored;
}

namespace {

/// What of the input is used where a point falls outside.
struct Beyond {
  int border = cv::BORDER_CONSTANT;
  std::uint8_t fill = 0;
};

Image warped(const Image& image, const AffineMap& map, int width, int height, Beyond beyond) {
  constexpr int kLargestSide = 32'766;  // OpenCV keeps warped coordinates in 16 bits
  const auto fits = [](int side) { return side > 0 && side <= kLargestSide; };
  if (!fits(image.width) || !fits(image.height) || !fits(width) || !fits(height)) {
    throw UsageError("warp: every side has to lie between 1 and 32766 pixels");
  }
  const cv::Matx23d matrix(map.xx, map.xy, map.x0, map.yx, map.yy, map.y0);
  for (const double value : matrix.val) {
    if (!std::isfinite(value)) throw UsageError("warp: the matrix holds a value that is no number");
  }
  Image result(width, height);
  cv::Mat to = mat_of(result);
  cv::warpAffine(mat_of(image),
                 to,
                 matrix,
                 to.size(),
                 cv::INTER_LINEAR | cv::WARP_INVERSE_MAP,
                 beyond.border,
                 cv::Scalar::all(beyond.fill));
  return result;
}

}  // namespace

Image warp(const Image& image,
           const AffineMap& input_from_output,
           int width,
           int height,
           std::uint8_t fill) {
  return warped(image, input_from_output, width, height, {cv::BORDER_CONSTANT, fill});
}

Image warp_over_edges(const Image& image,
                      const AffineMap& input_from_output,
                      int width,
                      int height) {
  return warped(image, input_from_output, width, height, {cv::BORDER_REPLICATE, 0});
}

Image blur(const Image& image, double deviation) {
  if (!(deviation >= 0) || !std::isfinite(deviation)) {
    throw UsageError("blur: the deviation has to be 0 or more pixels");
  }
  if (image.empty() || deviation == 0) return image;
  Image blurred(image.width, image.height);
  cv::Mat to = mat_of(blurred);
  const double most = std::max(image.width, image.height);  // wider changes nothing but the time
  cv::GaussianBlur(
      mat_of(image), to, cv::Size(), std::min(deviation, most), 0, cv::BORDER_REPLICATE);
  return blurred;
}

}  // namespace mien
