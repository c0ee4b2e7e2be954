// The orientation that a camera wrote into a picture file.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "mien/image/image.h"

namespace mien {

/// Entry of a TIFF directory: tag 274 is the orientation, 256 and 257 are width and height.
std::optional<std::uint32_t> tiff_entry(std::string_view tiff, std::uint16_t tag);

/// Orientation 1..8 out of an EXIF block ("II*\0" or "MM\0*" first, after an optional "Exif\0\0").
/// Anything damaged is 1: the picture is shown as it is stored.
int exif_orientation(std::string_view block);

/// The EXIF block among a JPEG file's segments, empty when there is none.
std::string_view jpeg_exif_block(std::string_view bytes);

/// A stored picture: `row` is the distance of two rows in pixels.
struct StoredSize {
  int width = 0;
  int height = 0;
  int row = 0;
};
/// Where pixel (x, y) of the upright picture lies in the stored one, in pixels from the first:
/// start + x * step_x + y * step_y. The upright one is height x width where orientation is above 4.
struct Walk {
  std::ptrdiff_t start = 0;
  std::ptrdiff_t step_x = 0;
  std::ptrdiff_t step_y = 0;
};
Walk walk_of(const StoredSize& stored, int orientation);

/// The picture turned and mirrored so that what orientation says is up is up.
Image upright(Image image, int orientation);

}  // namespace mien
