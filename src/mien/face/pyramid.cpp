#include "mien/face/pyramid.h"

#include <algorithm>
#include <cmath>

#include <opencv2/imgproc.hpp>

namespace mien {
namespace {

cv::Mat mat_of(const Image& image) {
  return cv::Mat(image.height,
                 image.width,
                 CV_8UC3,
                 const_cast<std::uint8_t*>(image.pixels.data()));  // NOLINT(*-const-cast)
}

Image resized(const Image& image, int width, int height) {
  Image result(width, height);
  cv::Mat to = mat_of(result);
  const bool shrinks = width < image.width && height < image.height;
  cv::resize(mat_of(image), to, to.size(), 0, 0, shrinks ? cv::INTER_AREA : cv::INTER_LINEAR);
  return result;
}

/// Between which two pixels of a line a sample lies, and how near to the second.
struct Tap {
  int first = 0;
  int second = 0;
  float first_weight = 0;
  float second_weight = 0;
};

/// Taps of samples spread evenly over [start, start + extent) of a line of `size` pixels, whose
/// ends go on beyond it.
void fill_taps(std::vector<Tap>& taps, double start, double extent, int size) {
  const double step = extent / static_cast<double>(taps.size());
  for (std::size_t i = 0; i < taps.size(); ++i) {
    const double wanted = start + (static_cast<double>(i) + 0.5) * step - 0.5;
    const double at = std::clamp(wanted, 0.0, static_cast<double>(size - 1));
    const int first = static_cast<int>(at);
    const auto near_second = static_cast<float>(at - first);
    taps[i] = {first, std::min(first + 1, size - 1), 1 - near_second, near_second};
  }
}

}  // namespace

Pyramid::Pyramid(const Image& image, const Steps& steps) : image_(image) {
  for (double scale = steps.first;; scale *= steps.factor) {
    const int width = static_cast<int>(std::lround(image.width * scale));
    const int height = static_cast<int>(std::lround(image.height * scale));
    if (std::min(width, height) < steps.smallest) break;
    // Of a level that is at least twice as large: as good as the picture itself, and quicker.
    const Image* source = &image;
    for (const Level& level : levels_) {
      if (level.image.width >= 2 * width && level.image.height >= 2 * height) source = &level.image;
    }
    levels_.push_back({resized(*source, width, height),
                       static_cast<double>(width) / image.width,
                       static_cast<double>(height) / image.height});
  }
}

void Pyramid::cut(const Box& window, int side, float* out) const {
  const Image* image = &image_;
  double scale_x = 1;
  double scale_y = 1;
  for (const Level& level : levels_) {
    if (level.scale_x > 1 || static_cast<double>(window.width) * level.scale_x < side) continue;
    image = &level.image;
    scale_x = level.scale_x;
    scale_y = level.scale_y;
  }
  std::vector<Tap> columns(static_cast<std::size_t>(side));
  std::vector<Tap> rows(static_cast<std::size_t>(side));
  fill_taps(columns, window.x * scale_x, window.width * scale_x, image->width);
  fill_taps(rows, window.y * scale_y, window.height * scale_y, image->height);
  for (const Tap& row : rows) {
    const std::uint8_t* upper = image->row(row.first);
    const std::uint8_t* lower = image->row(row.second);
    for (const Tap& column : columns) {
      const std::ptrdiff_t left = column.first * std::ptrdiff_t{3};
      const std::ptrdiff_t right = column.second * std::ptrdiff_t{3};
      for (std::ptrdiff_t c = 0; c < 3; ++c) {
        const float above =
            column.first_weight * upper[left + c] + column.second_weight * upper[right + c];
        const float below =
            column.first_weight * lower[left + c] + column.second_weight * lower[right + c];
        *out++ =
            (row.first_weight * above + row.second_weight * below) * kColourScale + kColourShift;
      }
    }
  }
}

}  // namespace mien
