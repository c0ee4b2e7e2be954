// What a picture file says of itself before it is decoded: its kind, its size, whether it is whole.
// Everything here works on hostile bytes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace mien {

enum class PictureKind { kUnknown, kJpeg, kPng, kBmp, kWebp, kTiff };

/// Goes by the first bytes, never by the file's name.
PictureKind picture_kind(std::string_view bytes);

/// What the header of a PNG, BMP, WebP or TIFF file says.
struct PictureHeader {
  std::int64_t width = 0;  ///< 0: the header gives no size
  std::int64_t height = 0;
  int orientation = 1;  ///< EXIF's, 1..8
};

/// Throws DataError when the file is too short for its header or ends before its picture does.
PictureHeader read_header(PictureKind kind, std::string_view bytes, const std::string& name);

/// The PNG file with nothing but the chunks that make pixels. Side chunks (colour profiles, text)
/// would only make the decoder complain. Throws DataError on a chunk that is short or whose
/// checksum is wrong, and when the last chunk is missing.
std::string essential_png(std::string_view bytes, const std::string& name);

}  // namespace mien
