// Test files of kinds that the library does not write, by FFmpeg itself.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <vector>

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/display.h>
#include <libavutil/opt.h>
#include <libavutil/pixdesc.h>
}

#include "mien/image/image.h"

namespace mien::test {

inline void must(int status, const char* what) {
  if (status < 0) throw std::runtime_error(std::string("FFmpeg cannot ") + what);
}

struct RemuxOptions {
  std::string form = {};         ///< FFmpeg's name of the container
  std::string flags = {};        ///< for mp4: "movflags"
  std::vector<int> matrix = {};  ///< a, b, c, d of the display matrix (each -1, 0 or 1)
  AVRational pixel = {1, 1};     ///< width of a pixel over its height
};

inline void set_matrix(AVStream& stream, const std::vector<int>& parts) {
  constexpr std::size_t kBytes = 9 * sizeof(std::int32_t);
#if LIBAVCODEC_VERSION_INT >= AV_VERSION_INT(60, 31, 100)
  AVPacketSideData* side = av_packet_side_data_new(&stream.codecpar->coded_side_data,
                                                   &stream.codecpar->nb_coded_side_data,
                                                   AV_PKT_DATA_DISPLAYMATRIX,
                                                   kBytes,
                                                   0);
  auto* matrix = reinterpret_cast<std::int32_t*>(side->data);
#else
  auto* matrix = reinterpret_cast<std::int32_t*>(
      av_stream_new_side_data(&stream, AV_PKT_DATA_DISPLAYMATRIX, kBytes));
#endif
  std::fill_n(matrix, 9, 0);
  matrix[0] = parts[0] * 65536;
  matrix[1] = parts[1] * 65536;
  matrix[3] = parts[2] * 65536;
  matrix[4] = parts[3] * 65536;
  matrix[8] = 1 << 30;
}

/// The video's packets in another container.
inline std::filesystem::path remux(const std::filesystem::path& from,
                                   const std::filesystem::path& to,
                                   const RemuxOptions& options) {
  AVFormatContext* in = nullptr;
  AVFormatContext* out = nullptr;
  must(avformat_open_input(&in, from.c_str(), nullptr, nullptr), "open");
  must(avformat_find_stream_info(in, nullptr), "look into it");
  must(avformat_alloc_output_context2(&out, nullptr, options.form.c_str(), to.c_str()), "make");
  AVStream* stream = avformat_new_stream(out, nullptr);
  must(avcodec_parameters_copy(stream->codecpar, in->streams[0]->codecpar), "copy");
  stream->codecpar->codec_tag = 0;
  stream->time_base = in->streams[0]->time_base;
  stream->avg_frame_rate = in->streams[0]->avg_frame_rate;
  stream->sample_aspect_ratio = options.pixel;
  stream->codecpar->sample_aspect_ratio = options.pixel;
  if (!options.matrix.empty()) set_matrix(*stream, options.matrix);
  must(avio_open(&out->pb, to.c_str(), AVIO_FLAG_WRITE), "write");
  if (!options.flags.empty()) av_opt_set(out->priv_data, "movflags", options.flags.c_str(), 0);
  must(avformat_write_header(out, nullptr), "begin");
  AVPacket* packet = av_packet_alloc();
  while (av_read_frame(in, packet) >= 0) {
    av_packet_rescale_ts(packet, in->streams[0]->time_base, stream->time_base);
    packet->stream_index = 0;
    must(av_interleaved_write_frame(out, packet), "write a packet");
  }
  must(av_write_trailer(out), "end");
  av_packet_free(&packet);
  avio_closep(&out->pb);
  avformat_free_context(out);
  avformat_close_input(&in);
  return to;
}

/// Pictures of one size as an animation, a tenth of a second each: encoder "gif", "apng" or
/// "libwebp_anim". False where FFmpeg lacks it.
inline bool encode_animation(const std::filesystem::path& to,
                             const std::string& encoder,
                             AVPixelFormat form,
                             const std::vector<std::vector<std::uint8_t>>& pictures,
                             int width) {
  const AVCodec* codec = avcodec_find_encoder_by_name(encoder.c_str());
  if (codec == nullptr) return false;
  const auto channels =
      static_cast<std::size_t>(av_get_bits_per_pixel(av_pix_fmt_desc_get(form)) / 8);
  const auto row = static_cast<std::size_t>(width) * channels;
  const int height = static_cast<int>(pictures.at(0).size() / row);
  AVFormatContext* out = nullptr;
  must(avformat_alloc_output_context2(&out, nullptr, nullptr, to.c_str()), "make");
  AVCodecContext* context = avcodec_alloc_context3(codec);
  context->width = width;
  context->height = height;
  context->pix_fmt = form;
  context->time_base = {1, 10};
  must(avcodec_open2(context, codec, nullptr), "encode");
  AVStream* stream = avformat_new_stream(out, nullptr);
  must(avcodec_parameters_from_context(stream->codecpar, context), "copy");
  stream->time_base = {1, 10};
  must(avio_open(&out->pb, to.c_str(), AVIO_FLAG_WRITE), "write");
  must(avformat_write_header(out, nullptr), "begin");
  AVFrame* frame = av_frame_alloc();
  AVPacket* packet = av_packet_alloc();
  for (std::size_t i = 0; i <= pictures.size(); ++i) {
    const bool flush = i == pictures.size();
    if (!flush) {
      frame->format = form;
      frame->width = width;
      frame->height = height;
      must(av_frame_get_buffer(frame, 0), "make a frame");
      for (int y = 0; y < height; ++y) {
        std::copy_n(pictures[i].data() + static_cast<std::size_t>(y) * row,
                    row,
                    frame->data[0] + static_cast<std::ptrdiff_t>(y) * frame->linesize[0]);
      }
      frame->pts = static_cast<std::int64_t>(i);
    }
    must(avcodec_send_frame(context, flush ? nullptr : frame), "encode a frame");
    av_frame_unref(frame);
    while (avcodec_receive_packet(context, packet) >= 0) {
      if (packet->duration == 0) packet->duration = 1;
      av_packet_rescale_ts(packet, {1, 10}, stream->time_base);
      must(av_interleaved_write_frame(out, packet), "write a packet");
    }
  }
  must(av_write_trailer(out), "end");
  av_packet_free(&packet);
  av_frame_free(&frame);
  avcodec_free_context(&context);
  avio_closep(&out->pb);
  avformat_free_context(out);
  return true;
}

}  // namespace mien::test
