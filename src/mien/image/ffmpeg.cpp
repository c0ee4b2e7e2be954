#include "mien/image/ffmpeg.h"

#include <array>

#include "mien/error.h"

namespace mien {

void silence_ffmpeg() {
  static const bool kDone = [] {
    av_log_set_level(AV_LOG_QUIET);
    return true;
  }();
  static_cast<void>(kDone);
}

std::string ffmpeg_reason(int code) {
  std::array<char, AV_ERROR_MAX_STRING_SIZE> text{};
  av_strerror(code, text.data(), text.size());
  return text.data();
}

void throw_no_memory() {
  throw FailureError("not enough memory for a video");
}

}  // namespace mien
