// The part of a picture that a network was trained to see, from where a detector found the face.
// `mien crop`, training and reading share this code.
#pragma once

#include <optional>

#include "mien/image/image.h"
#include "mien/input/input.h"
#include "mien/reading.h"

namespace mien {

/// Where the five landmarks lie in an aligned crop, in sides of the crop: upright, symmetric, in
/// the places that aligned face sets commonly have (the eyes on 0.46 of the height and 0.31 apart).
const Landmarks& aligned_template();

/// Takes the crop's pixels (options.size x options.size) to the picture's.
///   box      the square about the middle of the box whose side is the box's longer one, grown by
///            `margin` of it on each side
///   aligned  the similarity (turn, one scale, shift) that takes the landmarks nearest to the
///            template, by least squares there (Umeyama 1991); landmarks that lie on one point, or
///            are no numbers, make it the square of the box
/// Throws UsageError for a box without extent, or `aligned` without landmarks.
AffineMap crop_map(const Box& box,
                   const std::optional<Landmarks>& landmarks,
                   const InputOptions& options);

/// size x size pixels of the picture, each the mean of what it covers where the crop shrinks
/// (triangle filter, as `resize` has it), bilinear where it enlarges. Beyond the picture its edge
/// goes on. Throws UsageError for an empty picture.
Image face_crop(const Image& image, const AffineMap& picture_from_crop, int size);

/// Both steps.
Image face_crop(const Image& image,
                const Box& box,
                const std::optional<Landmarks>& landmarks,
                const InputOptions& options);

}  // namespace mien
