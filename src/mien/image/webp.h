// Animated WebP, which OpenCV refuses: its first frame as a still picture.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace mien {

struct WebpFrame {
  std::string still;  ///< a WebP file of this frame alone
  int x = 0;          ///< where its upper left corner lies on the canvas, pixels
  int y = 0;
};

/// Nothing where the file is a still picture. Throws DataError where it is animated but has no
/// whole frame.
std::optional<WebpFrame> first_webp_frame(std::string_view bytes, const std::string& name);

}  // namespace mien
