#include "mien/input/face_crop.h"

#include <algorithm>
#include <cmath>
#include <complex>

#include "mien/error.h"

namespace mien {
namespace {

/// Samples along a crop's pixel at most; what shrinks by more is shrunk beforehand.
constexpr int kMostSamples = 8;

using Complex = std::complex<double>;

Complex complex_of(const Landmark& point) {
  return {static_cast<double>(point.x), static_cast<double>(point.y)};
}

Complex middle_of(const Landmarks& points) {
  Complex sum;
  for (const Landmark& point : points) sum += complex_of(point);
  return sum / static_cast<double>(kFacePoints);
}

/// Output coordinates to input ones, both of them measured from the pictures' corners, as a matrix
/// over pixel centres: input = factor * output + shift.
AffineMap similarity(const Complex& factor, const Complex& shift) {
  const Complex half(0.5, 0.5);
  const Complex origin = factor * half + shift - half;
  return {
      factor.real(), -factor.imag(), origin.real(), factor.imag(), factor.real(), origin.imag()};
}

AffineMap box_map(const Box& box, double margin, double size) {
  const double width = static_cast<double>(box.width);
  const double height = static_cast<double>(box.height);
  const double side = std::max(width, height) * (1 + 2 * margin);
  if (!(side > 0) || !std::isfinite(side)) throw UsageError("a face's box has no extent");
  const Complex middle(static_cast<double>(box.x) + width / 2,
                       static_cast<double>(box.y) + height / 2);
  return similarity(side / size, middle - Complex(side / 2, side / 2));
}

/// In the plane the least-squares similarity is one complex division; it never mirrors.
std::optional<AffineMap> aligned_map(const Landmarks& landmarks, double size) {
  const Complex middle = middle_of(landmarks);
  const Complex wanted_middle = middle_of(aligned_template());
  Complex product;
  double spread = 0;
  for (std::size_t i = 0; i < kFacePoints; ++i) {
    const Complex from = complex_of(landmarks[i]) - middle;
    const Complex to = complex_of(aligned_template()[i]) - wanted_middle;
    product += std::conj(from) * to;
    spread += std::norm(from);
  }
  const Complex crop_from_picture = product * size / spread;
  const double scale = std::abs(crop_from_picture);
  // Written so that NaN goes.
  if (!(scale > 0) || !std::isfinite(scale)) return std::nullopt;
  const Complex factor = 1.0 / crop_from_picture;
  return similarity(factor, middle - factor * wanted_middle * size);
}

/// The output's own pixels made `factor` times as many.
AffineMap finer(const AffineMap& map, double factor) {
  // Centre x of a small pixel lies at (x + 0.5) / factor - 0.5 of the large ones.
  const double offset = 0.5 / factor - 0.5;
  return {map.xx / factor,
          map.xy / factor,
          map.x0 + (map.xx + map.xy) * offset,
          map.yx / factor,
          map.yy / factor,
          map.y0 + (map.yx + map.yy) * offset};
}

/// A part of the picture, shrunk, and the map into it.
struct Source {
  Image image;
  AffineMap map;
};

struct Range {
  int first = 0;
  int count = 0;
};

/// Pixels of a line of `size` between the two ends, at least one.
Range pixels_between(double low, double high, int size) {
  const int first = static_cast<int>(std::clamp(std::floor(low), 0.0, size - 1.0));
  const int last = static_cast<int>(std::clamp(std::ceil(high), 0.0, size - 1.0));
  return {first, last - first + 1};
}

/// What the crop sees of the picture, shrunk by about `factor`.
Source shrunk(const Image& image, const AffineMap& map, int size, double factor) {
  const double reach_x = (std::abs(map.xx) + std::abs(map.xy)) * size / 2 + factor;
  const double reach_y = (std::abs(map.yx) + std::abs(map.yy)) * size / 2 + factor;
  const double centre = (size - 1) / 2.0;
  const double x = map.xx * centre + map.xy * centre + map.x0;
  const double y = map.yx * centre + map.yy * centre + map.y0;
  const Range columns = pixels_between(x - reach_x, x + reach_x, image.width);
  const Range rows = pixels_between(y - reach_y, y + reach_y, image.height);
  const int width = std::max(1, static_cast<int>(std::lround(columns.count / factor)));
  const int height = std::max(1, static_cast<int>(std::lround(rows.count / factor)));
  const Image part = crop(image, columns.first, rows.first, columns.count, rows.count);
  const double scale_x = static_cast<double>(width) / columns.count;
  const double scale_y = static_cast<double>(height) / rows.count;
  Source source;
  source.image = resize(part, width, height, Interpolation::kBilinear);
  source.map = {map.xx * scale_x,
                map.xy * scale_x,
                (map.x0 - columns.first + 0.5) * scale_x - 0.5,
                map.yx * scale_y,
                map.yy * scale_y,
                (map.y0 - rows.first + 0.5) * scale_y - 0.5};
  return source;
}

/// Pixels of the picture along one of the crop's.
double shrinking(const AffineMap& map) {
  return std::sqrt(std::abs(map.xx * map.yy - map.xy * map.yx));
}

/// The crop by bilinear samples, as many as there are pixels to see, and their means.
Image sampled(const Image& image, const AffineMap& map, int size) {
  // A little over a whole factor, which turned faces have by rounding, takes no further samples.
  constexpr double kTolerance = 0.01;
  const int wanted = static_cast<int>(std::ceil(shrinking(map) - kTolerance));
  const int samples = std::clamp(wanted, 1, kMostSamples);
  const int side = size * samples;
  const Image fine = warp_over_edges(image, finer(map, samples), side, side);
  return resize(fine, size, size, Interpolation::kBilinear);
}

}  // namespace

const Landmarks& aligned_template() {
  static const Landmarks kTemplate = {
      {{0.345F, 0.46F}, {0.655F, 0.46F}, {0.5F, 0.64F}, {0.37F, 0.825F}, {0.63F, 0.825F}}};
  return kTemplate;
}

AffineMap crop_map(const Box& box,
                   const std::optional<Landmarks>& landmarks,
                   const InputOptions& options) {
  const auto size = static_cast<double>(options.size);
  if (options.crop != "aligned") return box_map(box, options.margin, size);
  if (!landmarks) throw UsageError("an aligned face crop needs the face's landmarks");
  const std::optional<AffineMap> aligned = aligned_map(*landmarks, size);
  return aligned ? *aligned : box_map(box, 0, size);
}

Image face_crop(const Image& image, const AffineMap& picture_from_crop, int size) {
  if (image.empty()) throw UsageError("a face crop of an empty picture");
  const double shrink = shrinking(picture_from_crop);
  if (shrink <= kMostSamples) return sampled(image, picture_from_crop, size);
  const Source source = shrunk(image, picture_from_crop, size, shrink / kMostSamples);
  return sampled(source.image, source.map, size);
}

Image face_crop(const Image& image,
                const Box& box,
                const std::optional<Landmarks>& landmarks,
                const InputOptions& options) {
  return face_crop(image, crop_map(box, landmarks, options), static_cast<int>(options.size));
}

}  // namespace mien
