#include "mien/data/augment.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <utility>

#include "mien/data/option_value.h"
#include "mien/error.h"

namespace mien {
namespace {

constexpr double kReferenceSize = 224;
constexpr int kCropTries = 10;
constexpr int kEraseTries = 10;
constexpr double kEraseAspect = 3.3;  // sides at most 1 : 3.3, as torchvision
constexpr std::array<std::uint8_t, 3> kMeanColour = {
    124, 116, 104};  // ImageNet's, 0 once normalised

/// Brightness, contrast, saturation and hue, in an order of their own each time (torchvision's
/// ColorJitter).
Image jitter_colours(Image image, const AugmentOptions& options, RandomStream& random) {
  const double low = std::max(0.0, 1 - options.jitter);
  const double high = 1 + options.jitter;
  for (const std::int64_t operation : random_permutation(4, random)) {
    if (operation == 3) {
      image = adjust_hue(image, random.uniform(-options.jitter_hue, options.jitter_hue));
      continue;
    }
    const double factor = random.uniform(low, high);
    if (operation == 0) image = adjust_brightness(image, factor);
    if (operation == 1) image = adjust_contrast(image, factor);
    if (operation == 2) image = adjust_saturation(image, factor);
  }
  return image;
}

/// Rotation about the centre, scale and shift; DAN's training pictures.
Image move_face(const Image& image, const AugmentOptions& options, RandomStream& random) {
  const double degrees = random.uniform(-options.affine_degrees, options.affine_degrees);
  const double scale = random.uniform(options.affine_scale, 1.0);
  const double shift_x = random.uniform(-1, 1) * options.affine_shift * image.width;
  const double shift_y = random.uniform(-1, 1) * options.affine_shift * image.height;
  const double angle = degrees * std::numbers::pi / 180;
  const double centre_x = (image.width - 1) / 2.0;
  const double centre_y = (image.height - 1) / 2.0;
  // Output to input: undo the shift, turn back about the centre, undo the scale.
  AffineMap map;
  map.xx = std::cos(angle) / scale;
  map.xy = std::sin(angle) / scale;
  map.yx = -map.xy;
  map.yy = map.xx;
  map.x0 = centre_x - map.xx * (centre_x + shift_x) - map.xy * (centre_y + shift_y);
  map.y0 = centre_y - map.yx * (centre_x + shift_x) - map.yy * (centre_y + shift_y);
  return warp(image, map, image.width, image.height);
}

struct Part {
  int x;
  int y;
  int width;
  int height;
};

/// A part of random area and shape at a random place (torchvision's RandomResizedCrop); where none
/// fits, the largest in the middle whose shape is allowed.
Part random_part(const Image& image, const AugmentOptions& options, RandomStream& random) {
  const double area = static_cast<double>(image.width) * image.height;
  const double most = std::log(options.crop_aspect);
  for (int i = 0; i < kCropTries; ++i) {
    const double part = area * random.uniform(options.crop_area, 1.0);
    const double aspect = std::exp(random.uniform(-most, most));  // width over height
    const int width = static_cast<int>(std::lround(std::sqrt(part * aspect)));
    const int height = static_cast<int>(std::lround(std::sqrt(part / aspect)));
    if (width < 1 || height < 1 || width > image.width || height > image.height) continue;
    const auto x = static_cast<int>(random.below(image.width - width + 1));
    const auto y = static_cast<int>(random.below(image.height - height + 1));
    return {x, y, width, height};
  }
  const auto longest = [&](int other) {
    return std::max(1, static_cast<int>(std::lround(other * options.crop_aspect)));
  };
  const int width = std::min(image.width, longest(image.height));
  const int height = std::min(image.height, longest(image.width));
  return {(image.width - width) / 2, (image.height - height) / 2, width, height};
}

/// The square that the later steps work on: the whole picture, a little larger than `side`, or a
/// random part of it.
Image resized_part(const Image& image,
                   int side,
                   const AugmentOptions& options,
                   RandomStream& random) {
  if (options.crop_area > 0) {
    const Part part = random_part(image, options, random);
    return resize(
        crop(image, part.x, part.y, part.width, part.height), side, side, Interpolation::kBicubic);
  }
  const int wide = std::max(
      side,
      static_cast<int>(std::lround(static_cast<double>(options.resize) * side / kReferenceSize)));
  return resize(image, wide, wide, Interpolation::kBilinear);
}

/// A rectangle of the mean colour at a random place (Zhong et al., Random Erasing, 2017).
void erase_rectangle(Image& image, const AugmentOptions& options, RandomStream& random) {
  const double area = static_cast<double>(image.width) * image.height;
  for (int i = 0; i < kEraseTries; ++i) {
    const double part = area * random.uniform(options.erase_area_low, options.erase_area_high);
    const double aspect = std::exp(random.uniform(-std::log(kEraseAspect), std::log(kEraseAspect)));
    const int width = static_cast<int>(std::lround(std::sqrt(part / aspect)));
    const int height = static_cast<int>(std::lround(std::sqrt(part * aspect)));
    if (width < 1 || height < 1 || width >= image.width || height >= image.height) continue;
    const auto left = static_cast<int>(random.below(image.width - width + 1));
    const auto top = static_cast<int>(random.below(image.height - height + 1));
    for (int y = top; y < top + height; ++y) {
      std::uint8_t* pixel = image.row(y) + static_cast<std::ptrdiff_t>(3) * left;
      for (int x = 0; x < width; ++x)
        pixel = std::copy(kMeanColour.begin(), kMeanColour.end(), pixel);
    }
    return;
  }
}

}  // namespace

void AugmentOptions::check() const {
  check_values(*this, "data.augment.");
  if (erase_area_low > erase_area_high) {
    throw bad_option("data.augment.erase_area_low", "is above erase_area_high");
  }
}

void describe(AugmentOptions& options, Fields& fields) {
  fields.add("resize",
             options.resize,
             "side before the random crop, pixels for an input of 224",
             between(224, 4096));
  fields.add(
      "crop_area",
      options.crop_area,
      "random resized crop instead of resize and crop: smallest part of the area (MAE: 0.2); "
      "0: none",
      between(0, 1));
  fields.add("crop_aspect",
             options.crop_aspect,
             "its sides at most this to one, and one to this",
             between(1, 10));
  fields.add(
      "jitter", options.jitter, "brightness, contrast, saturation within 1 +- this", between(0, 1));
  fields.add("jitter_hue", options.jitter_hue, "hue within +- this, turns", between(0, 0.5));
  fields.add("jitter_probability",
             options.jitter_probability,
             "share of pictures with jitter",
             between(0, 1));
  fields.add("flip", options.flip, "share of pictures that are mirrored", between(0, 1));
  fields.add("affine_probability",
             options.affine_probability,
             "share of pictures that are turned, scaled and shifted (DAN: 0.7)",
             between(0, 1));
  fields.add(
      "affine_degrees", options.affine_degrees, "turned by at most this, degrees", between(0, 180));
  fields.add("affine_scale", options.affine_scale, "scaled by this to 1", between(0.1, 1));
  fields.add("affine_shift",
             options.affine_shift,
             "shifted by at most this part of the side",
             between(0, 1));
  fields.add("erase", options.erase, "share of pictures with a rectangle erased", between(0, 1));
  fields.add(
      "erase_area_low", options.erase_area_low, "smallest part of the area erased", between(0, 1));
  fields.add(
      "erase_area_high", options.erase_area_high, "largest part of the area erased", between(0, 1));
}

Image augment(const Image& image,
              std::int64_t size,
              const AugmentOptions& options,
              RandomStream& random) {
  const int side = static_cast<int>(size);
  Image result = resized_part(image, side, options, random);
  const int wide = result.width;
  if (random.chance(options.jitter_probability)) {
    result = jitter_colours(std::move(result), options, random);
  }
  if (random.chance(options.affine_probability)) result = move_face(result, options, random);
  const auto left = static_cast<int>(random.below(wide - side + 1));
  const auto top = static_cast<int>(random.below(wide - side + 1));
  if (wide > side) result = crop(result, left, top, side, side);
  if (random.chance(options.flip)) result = flip_horizontal(result);
  if (random.chance(options.erase)) erase_rectangle(result, options, random);
  return result;
}

}  // namespace mien
