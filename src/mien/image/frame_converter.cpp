#include "mien/image/frame_converter.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>

extern "C" {
#include <libavutil/display.h>
#include <libavutil/pixdesc.h>
}

#include "mien/error.h"
#include "mien/image/exif.h"

namespace mien {
namespace {

constexpr int kRowAlignment = 32;  // pixels; the converters' SIMD writes in blocks of up to as many

// FFmpeg moved a stream's side data in its version 6.1.
const std::int32_t* display_matrix(const AVStream& stream) {
  constexpr std::size_t kBytes = 9 * sizeof(std::int32_t);
#if LIBAVCODEC_VERSION_INT >= AV_VERSION_INT(60, 31, 100)
  const AVPacketSideData* data = av_packet_side_data_get(stream.codecpar->coded_side_data,
                                                         stream.codecpar->nb_coded_side_data,
                                                         AV_PKT_DATA_DISPLAYMATRIX);
  if (data == nullptr || data->size < kBytes) return nullptr;
  return reinterpret_cast<const std::int32_t*>(data->data);
#else
  std::size_t size = 0;
  const std::uint8_t* data = av_stream_get_side_data(&stream, AV_PKT_DATA_DISPLAYMATRIX, &size);
  return size < kBytes ? nullptr : reinterpret_cast<const std::int32_t*>(data);
#endif
}

bool has_alpha(AVPixelFormat form) {
  const AVPixFmtDescriptor* about = av_pix_fmt_desc_get(form);
  return about != nullptr &&
         ((about->flags & AV_PIX_FMT_FLAG_ALPHA) != 0 || form == AV_PIX_FMT_PAL8);
}

// The full-range forms that FFmpeg keeps for JPEG, as their ordinary like; `full` says which.
AVPixelFormat ordinary_form(AVPixelFormat form, bool& full) {
  static constexpr std::array<std::array<AVPixelFormat, 2>, 4> kPairs = {
      {{AV_PIX_FMT_YUVJ420P, AV_PIX_FMT_YUV420P},
       {AV_PIX_FMT_YUVJ422P, AV_PIX_FMT_YUV422P},
       {AV_PIX_FMT_YUVJ444P, AV_PIX_FMT_YUV444P},
       {AV_PIX_FMT_YUVJ440P, AV_PIX_FMT_YUV440P}}};
  for (const auto& [jpeg, ordinary] : kPairs) {
    if (form != jpeg) continue;
    full = true;
    return ordinary;
  }
  return form;
}

// As players choose where the video does not say: by its size.
int colour_space_of(const AVFrame& frame) {
  constexpr int kLastSmallHeight = 576;
  constexpr int kFirstLargeWidth = 1280;
  switch (frame.colorspace) {
    case AVCOL_SPC_UNSPECIFIED:
    case AVCOL_SPC_RESERVED:
      return frame.width >= kFirstLargeWidth || frame.height > kLastSmallHeight ? SWS_CS_ITU709
                                                                                : SWS_CS_ITU601;
    default:
      return static_cast<int>(frame.colorspace);  // the numbers are the same
  }
}

void lay_over_white(const std::uint8_t* rgba, std::uint8_t* rgb) {
  for (int c = 0; c < 3; ++c) {
    rgb[c] = static_cast<std::uint8_t>(255 - ((255 - rgba[c]) * rgba[3] + 127) / 255);
  }
}

}  // namespace

int orientation_of_matrix(const std::int32_t* matrix) {
  const double a = matrix[0];
  const double b = matrix[1];
  const double c = matrix[3];
  const double d = matrix[4];
  const bool quarter = std::abs(b) + std::abs(c) > std::abs(a) + std::abs(d);
  if (quarter) {
    if (b >= 0) return c >= 0 ? 5 : 6;
    return c >= 0 ? 8 : 7;
  }
  if (a >= 0) return d >= 0 ? 1 : 4;
  return d >= 0 ? 2 : 3;
}

FrameConverter::FrameConverter(const AVFormatContext& format, const AVStream& stream)
    : stored_width_(stream.codecpar->width),
      stored_height_(stream.codecpar->height),
      orientation_(1) {
  constexpr double kLargestStretch = 4;
  const std::int32_t* matrix = display_matrix(stream);
  if (matrix != nullptr) orientation_ = orientation_of_matrix(matrix);
  // A pixel's shape: its width over its height. The picture grows, so that nothing is lost.
  const AVRational shape = av_guess_sample_aspect_ratio(
      const_cast<AVFormatContext*>(&format), const_cast<AVStream*>(&stream), nullptr);
  if (shape.num <= 0 || shape.den <= 0) return;
  const double stretch = av_q2d(shape);
  if (stretch > kLargestStretch || stretch * kLargestStretch < 1) return;
  if (stretch > 1) stored_width_ = static_cast<int>(std::lround(stored_width_ * stretch));
  if (stretch < 1) stored_height_ = static_cast<int>(std::lround(stored_height_ / stretch));
}

void FrameConverter::prepare(const AVFrame& frame, AVPixelFormat to) {
  bool full = frame.color_range == AVCOL_RANGE_JPEG;
  const AVPixelFormat from = ordinary_form(static_cast<AVPixelFormat>(frame.format), full);
  scaler_.reset(sws_getCachedContext(scaler_.release(),
                                     frame.width,
                                     frame.height,
                                     from,
                                     stored_width_,
                                     stored_height_,
                                     to,
                                     SWS_BICUBIC,
                                     nullptr,
                                     nullptr,
                                     nullptr));
  if (scaler_ == nullptr)
    throw FailureError("frames of this video's pixel form cannot be converted");
  constexpr int kOne = 1 << 16;
  sws_setColorspaceDetails(scaler_.get(),
                           sws_getCoefficients(colour_space_of(frame)),
                           full ? 1 : 0,
                           sws_getCoefficients(SWS_CS_DEFAULT),
                           1,
                           0,
                           kOne,
                           kOne);
}

void FrameConverter::convert(const AVFrame& frame, Image& image) {
  const bool alpha = has_alpha(static_cast<AVPixelFormat>(frame.format));
  const int channels = alpha ? 4 : 3;
  prepare(frame, alpha ? AV_PIX_FMT_RGBA : AV_PIX_FMT_RGB24);
  if (image.width != width() || image.height != height()) image = Image(width(), height());

  const bool straight = !alpha && orientation_ == 1 && stored_width_ % kRowAlignment == 0;
  const int columns = (stored_width_ + kRowAlignment - 1) / kRowAlignment * kRowAlignment;
  const int stride = straight ? stored_width_ * 3 : columns * channels;
  if (!straight) {
    scratch_.resize(static_cast<std::size_t>(stride) * static_cast<std::size_t>(stored_height_));
  }
  std::uint8_t* const to[4] = {straight ? image.pixels.data() : scratch_.data()};
  const int strides[4] = {stride};
  sws_scale(scaler_.get(), frame.data, frame.linesize, 0, frame.height, to, strides);
  if (straight) return;

  gather(columns, channels, image);
}

void FrameConverter::gather(int columns, int channels, Image& image) const {
  const Walk walk = walk_of({stored_width_, stored_height_, columns}, orientation_);
  const std::ptrdiff_t step = walk.step_x * channels;
  for (int y = 0; y < image.height; ++y) {
    const std::uint8_t* from = scratch_.data() + (walk.start + y * walk.step_y) * channels;
    std::uint8_t* to = image.row(y);
    for (int x = 0; x < image.width; ++x, from += step, to += 3) {
      if (channels == 4) {
        lay_over_white(from, to);
      } else {
        std::copy_n(from, 3, to);
      }
    }
  }
}

}  // namespace mien
