// Resizing with PIL's filters: each output pixel is a weighted mean over a support that widens with
// the shrinking factor; columns, then rows, 8 bits between the two.
#include <algorithm>
#include <cmath>
#include <string>

#include <opencv2/imgproc.hpp>

#include "mien/error.h"
#include "mien/image/image.h"
#include "mien/image/mat.h"

namespace mien {
namespace {

constexpr int kFractionBits = 22;  // 255 * 1.3 * 2^22 still fits 31 bits

double triangle(double x) {
  return std::max(0.0, 1.0 - std::abs(x));
}

// Keys' cubic convolution with a = -0.5 (Keys 1981, equation 4).
double cubic(double x) {
  constexpr double kA = -0.5;
  x = std::abs(x);
  if (x < 1) return ((kA + 2) * x - (kA + 3)) * x * x + 1;
  if (x < 2) return ((kA * x - 5 * kA) * x + 8 * kA) * x - 4 * kA;
  return 0;
}

// For every output position its first input position and `taps` fixed-point weights (the last ones
// 0).
struct Filter {
  int taps = 0;
  std::vector<int> first;
  std::vector<std::int32_t> weights;

  const std::int32_t* row(int position) const {
    return weights.data() + static_cast<std::size_t>(position) * static_cast<std::size_t>(taps);
  }
};

// Weights that sum to exactly one: what rounding lost goes to the largest.
void store_weights(const std::vector<double>& exact, std::int32_t* fixed) {
  double sum = 0;
  for (const double weight : exact) sum += weight;
  std::int32_t left = 1 << kFractionBits;
  std::size_t largest = 0;
  for (std::size_t i = 0; i < exact.size(); ++i) {
    fixed[i] = static_cast<std::int32_t>(std::lround(exact[i] / sum * (1 << kFractionBits)));
    left -= fixed[i];
    if (exact[i] > exact[largest]) largest = i;
  }
  fixed[largest] += left;
}

Filter make_filter(int from, int to, Interpolation interpolation) {
  const bool is_cubic = interpolation == Interpolation::kBicubic;
  const double ratio = static_cast<double>(from) / to;
  const double scale = std::max(ratio, 1.0);
  const double support = (is_cubic ? 2.0 : 1.0) * scale;
  Filter filter;
  filter.taps = std::min(from, static_cast<int>(std::ceil(support)) * 2 + 1);
  filter.first.resize(static_cast<std::size_t>(to));
  filter.weights.resize(static_cast<std::size_t>(to) * static_cast<std::size_t>(filter.taps));
  std::vector<double> exact;
  for (int position = 0; position < to; ++position) {
    const double centre = (position + 0.5) * ratio;
    const int low = std::max(0, static_cast<int>(centre - support + 0.5));
    const int high = std::min(from, static_cast<int>(centre + support + 0.5));
    // The window has `taps` positions inside the picture, even where the filter uses fewer.
    const int first = std::min(low, from - filter.taps);
    exact.assign(static_cast<std::size_t>(filter.taps), 0.0);
    for (int i = low; i < high; ++i) {
      const double x = (i + 0.5 - centre) / scale;
      exact[static_cast<std::size_t>(i - first)] = is_cubic ? cubic(x) : triangle(x);
    }
    filter.first[static_cast<std::size_t>(position)] = first;
    store_weights(exact,
                  filter.weights.data() + static_cast<std::ptrdiff_t>(position) * filter.taps);
  }
  return filter;
}

std::uint8_t to_byte(std::int32_t sum) {
  return static_cast<std::uint8_t>(std::clamp(sum >> kFractionBits, 0, 255));
}

constexpr std::int32_t kHalf = 1 << (kFractionBits - 1);

Image resize_columns(const Image& image, int width, const Filter& filter) {
  Image result(width, image.height);
  for (int y = 0; y < image.height; ++y) {
    std::uint8_t* to = result.row(y);
    for (int x = 0; x < width; ++x, to += 3) {
      const std::uint8_t* from =
          image.row(y) + filter.first[static_cast<std::size_t>(x)] * std::ptrdiff_t{3};
      const std::int32_t* weight = filter.row(x);
      std::int32_t red = kHalf;
      std::int32_t green = kHalf;
      std::int32_t blue = kHalf;
      for (int tap = 0; tap < filter.taps; ++tap, from += 3) {
        red += weight[tap] * from[0];
        green += weight[tap] * from[1];
        blue += weight[tap] * from[2];
      }
      to[0] = to_byte(red);
      to[1] = to_byte(green);
      to[2] = to_byte(blue);
    }
  }
  return result;
}

Image resize_rows(const Image& image, int height, const Filter& filter) {
  Image result(image.width, height);
  const std::size_t bytes = image.row_bytes();
  std::vector<std::int32_t> sums(bytes);
  for (int y = 0; y < height; ++y) {
    std::fill(sums.begin(), sums.end(), kHalf);
    for (int tap = 0; tap < filter.taps; ++tap) {
      const std::int32_t weight = filter.row(y)[tap];
      if (weight == 0) continue;
      const std::uint8_t* from = image.row(filter.first[static_cast<std::size_t>(y)] + tap);
      for (std::size_t i = 0; i < bytes; ++i) sums[i] += weight * from[i];
    }
    std::uint8_t* to = result.row(y);
    for (std::size_t i = 0; i < bytes; ++i) to[i] = to_byte(sums[i]);
  }
  return result;
}

// Columns first, as PIL has it, but for a change of shape so strong that rows first is far cheaper
// (new releases of PIL turn the order there too).
bool rows_first(const Image& image, int width, int height) {
  const double taps_x = std::max(1.0, static_cast<double>(image.width) / width);
  const double taps_y = std::max(1.0, static_cast<double>(image.height) / height);
  const double last = static_cast<double>(width) * height;
  const double columns = static_cast<double>(width) * image.height * taps_x + last * taps_y;
  const double rows = static_cast<double>(image.width) * height * taps_y + last * taps_x;
  return rows < 0.7 * columns;
}

}  // namespace

Image resize(const Image& image, int width, int height, Interpolation interpolation) {
  constexpr int kLargestSide = 1 << 16;
  if (image.empty() || width < 1 || height < 1 || width > kLargestSide || height > kLargestSide) {
    throw UsageError("resize from " + std::to_string(image.width) + " x " +
                     std::to_string(image.height) + " to " + std::to_string(width) + " x " +
                     std::to_string(height) + ": sides have to lie between 1 and 65536 pixels");
  }
  if (image.width == width && image.height == height) return image;
  const bool enlarging = width >= image.width && height >= image.height;
  if (enlarging && interpolation == Interpolation::kBilinear) {
    // Without shrinking the triangle is plain bilinear interpolation, where OpenCV is the fastest.
    Image result(width, height);
    cv::Mat to = mat_of(result);
    cv::resize(mat_of(image), to, to.size(), 0, 0, cv::INTER_LINEAR);
    return result;
  }
  const auto columns = [&](const Image& from) {
    if (width == from.width) return from;
    return resize_columns(from, width, make_filter(from.width, width, interpolation));
  };
  const auto rows = [&](const Image& from) {
    if (height == from.height) return from;
    return resize_rows(from, height, make_filter(from.height, height, interpolation));
  };
  return rows_first(image, width, height) ? columns(rows(image)) : rows(columns(image));
}

}  // namespace mien
