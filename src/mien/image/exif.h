// The orientation that a camera wrote into a picture file.
#pragma once

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

/// The picture turned and mirrored so that what orientation says is up is up.
Image upright(Image image, int orientation);

}  // namespace mien
