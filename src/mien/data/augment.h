// Training pictures: pure functions of (picture, options, random stream). Method section 7.
#pragma once

#include <string>

#include "mien/core/options.h"
#include "mien/core/random.h"
#include "mien/image/image.h"

namespace mien {

struct AugmentOptions {
  std::int64_t resize = 232;  ///< side to resize to before the random crop, pixels; scaled as
                              ///< resize/224 of the input size when that is not 224
  double crop_area = 0;  ///< random resized crop instead of resize and crop: smallest part of the
                         ///< picture's area, the largest is all of it (MAE: 0.2); 0: none
  double crop_aspect = 4.0 / 3;  ///< of that crop, at most this and at least its inverse
  double jitter = 0.4;           ///< brightness, contrast, saturation each in [1-j, 1+j]
  double jitter_hue = 0.1;       ///< hue in [-h, h] turns
  double jitter_probability = 0.2;
  double flip = 0.5;              ///< probability of a horizontal flip
  double affine_probability = 0;  ///< DAN's: rotation, scale, shift (0.7 as published)
  double affine_degrees = 20;
  double affine_scale = 0.8;     ///< scale in [this, 1]
  double affine_shift = 0.2;     ///< part of the side
  double erase = 0;              ///< probability of a rectangle in the mean colour
  double erase_area_low = 0.02;  ///< part of the picture's area
  double erase_area_high = 0.25;
  void check() const;
};
void describe(AugmentOptions& options, Fields& fields);

/// The training picture of size x size pixels, before normalisation (random erasing included, as a
/// rectangle of the mean colour).
Image augment(const Image& image,
              std::int64_t size,
              const AugmentOptions& options,
              RandomStream& random);

}  // namespace mien
