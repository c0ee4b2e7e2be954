// A decoded frame, in whatever form its codec has, as an upright RGB picture with square pixels.
#pragma once

#include <vector>

#include "mien/image/ffmpeg.h"
#include "mien/image/image.h"

namespace mien {

class FrameConverter {
 public:
  /// Size, shape of the pixels and turn are the stream's; a later frame of another size is scaled.
  FrameConverter(const AVFormatContext& format, const AVStream& stream);

  /// Size of the pictures it makes.
  int width() const { return orientation_ >= 5 ? stored_height_ : stored_width_; }
  int height() const { return orientation_ >= 5 ? stored_width_ : stored_height_; }
  int orientation() const { return orientation_; }

  /// Into memory that is used again when its size fits.
  void convert(const AVFrame& frame, Image& image);

 private:
  void prepare(const AVFrame& frame, AVPixelFormat to);
  void gather(int columns, int channels, Image& image) const;

  int stored_width_;
  int stored_height_;
  int orientation_;
  FfmpegPointer<SwsContext> scaler_;
  std::vector<std::uint8_t> scratch_;  // rows that SIMD may write past
};

/// EXIF's number (1..8) of the turn that a display matrix (nine 16.16 numbers) asks for; turns that
/// are not by a quarter are taken as the nearest that is.
int orientation_of_matrix(const std::int32_t* matrix);

}  // namespace mien
