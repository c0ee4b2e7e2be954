// How ABAW's lists and folders call the frames of a video.
#pragma once

#include <cstdint>
#include <cstdio>
#include <string>

namespace mien {

/// "00001" for `frame` 0: five digits, or more where they are needed. Pictures add ".jpg".
inline std::string abaw_frame_name(std::int64_t frame) {
  char number[24];
  std::snprintf(number, sizeof number, "%05lld", static_cast<long long>(frame) + 1);
  return number;
}

}  // namespace mien
