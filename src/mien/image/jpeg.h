// JPEG by libjpeg-turbo: it tells of damage where OpenCV fills in grey, and never prints.
#pragma once

#include <string>
#include <string_view>

#include "mien/image/image.h"

namespace mien {

/// As stored, before the EXIF orientation. CMYK and YCCK become RGB. Throws DataError.
Image decode_jpeg(std::string_view bytes, const std::string& name);

/// Throws DataError when the picture holds more than 100 megapixels.
void check_picture_size(std::int64_t width, std::int64_t height, const std::string& name);

}  // namespace mien
