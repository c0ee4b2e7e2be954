// FFmpeg's objects with owners that free them; for the sources of this module only.
#pragma once

#include <memory>
#include <string>

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/imgutils.h>
#include <libswscale/swscale.h>
}

namespace mien {

struct FfmpegDeleter {
  void operator()(AVPacket* packet) const { av_packet_free(&packet); }
  void operator()(AVFrame* frame) const { av_frame_free(&frame); }
  void operator()(AVCodecContext* codec) const { avcodec_free_context(&codec); }
  void operator()(SwsContext* scaler) const { sws_freeContext(scaler); }
  void operator()(AVIOContext* io) const {
    av_freep(static_cast<void*>(&io->buffer));
    avio_context_free(&io);
  }
};
template <typename Object>
using FfmpegPointer = std::unique_ptr<Object, FfmpegDeleter>;

/// FFmpeg reports on standard error unless told otherwise; a library must not. Process-wide.
void silence_ffmpeg();

/// What an error code of FFmpeg means ("No space left on device").
std::string ffmpeg_reason(int code);

/// The object, or a FailureError where there was no memory for it.
template <typename Object>
FfmpegPointer<Object> owned(Object* object);
[[noreturn]] void throw_no_memory();

template <typename Object>
FfmpegPointer<Object> owned(Object* object) {
  if (object == nullptr) throw_no_memory();
  return FfmpegPointer<Object>(object);
}

}  // namespace mien
