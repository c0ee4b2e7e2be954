// The packets of a file's (pipe's, camera's) video stream, and how it ends.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "mien/image/byte_source.h"
#include "mien/image/ffmpeg.h"
#include "mien/image/video_reader.h"

namespace mien {

class Demuxer {
 public:
  /// Throws DataError (see VideoReader), Error(kInterrupted).
  Demuxer(const std::string& name, const Patience& patience);
  ~Demuxer();
  Demuxer(const Demuxer&) = delete;
  Demuxer& operator=(const Demuxer&) = delete;

  /// The next packet of the video; false at its end, of which `end` tells.
  bool next(AVPacket& packet);
  const VideoEnd& end() const { return end_; }
  /// Whether packets are missing behind the last one.
  bool cut_off() const {
    return end_.state == VideoEnd::State::kTruncated || end_.state == VideoEnd::State::kGone;
  }
  /// When the last packet was to be decoded, in units of the stream's time; AV_NOPTS_VALUE:
  /// unknown. No packet that is missing behind it belongs to an earlier frame.
  std::int64_t last_decoding_time() const { return last_decoding_time_; }

  const AVStream& stream() const { return *format_->streams[stream_]; }
  const AVFormatContext& format() const { return *format_; }
  /// Mean frames a second; 0/1 where unknown.
  AVRational frame_rate() const;
  /// Seconds, as the header says; 0: it does not.
  double duration() const;
  /// The first moment of the file, in units of the stream's time.
  std::int64_t start() const;
  bool live() const { return source_->live(); }
  /// Whether the bytes carry no times, so that only a picture's arrival tells when it was made.
  bool timeless() const;

 private:
  static int read_bytes(void* self, std::uint8_t* to, int size);
  static std::int64_t seek_bytes(void* self, std::int64_t to, int whence);
  void open();
  void make_io(bool seekable);
  int try_to_open(bool seekable);
  bool looks_like_mp4() const;
  void find_video();
  const AVInputFormat* form_by_mark();
  [[noreturn]] void fail_to_open(int status);
  bool announced_more() const;
  void note_time(const AVPacket& packet);
  void finish(int status);

  std::string name_;
  std::unique_ptr<ByteSource> source_;
  FfmpegPointer<AVIOContext> io_;
  AVFormatContext* format_ = nullptr;
  unsigned stream_ = 0;
  double patience_;
  std::string first_bytes_;
  int source_error_ = 0;  // what the source said when it failed; 0: nothing
  bool cut_ = false;      // a packet was there in part only
  std::int64_t last_decoding_time_ = AV_NOPTS_VALUE;
  std::int64_t packets_ = 0;  // of the video so far
  double furthest_ = 0;       // seconds at which the last packet of any stream ends
  VideoEnd end_;
};

}  // namespace mien
