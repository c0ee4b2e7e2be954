#include "mien/image/video_reader.h"

#include <chrono>
#include <cmath>
#include <utility>

#include "mien/error.h"
#include "mien/image/demuxer.h"
#include "mien/image/frame_converter.h"
#include "mien/image/jpeg.h"

namespace mien {
namespace {

constexpr std::int64_t kMostPixels = 100'000'000;

FfmpegPointer<AVCodecContext> open_codec(const Demuxer& demuxer,
                                         const std::string& name,
                                         int threads) {
  const AVStream& stream = demuxer.stream();
  const std::string codec_name = avcodec_get_name(stream.codecpar->codec_id);
  const AVCodec* codec = avcodec_find_decoder(stream.codecpar->codec_id);
  if (codec == nullptr) {
    throw DataError(name,
                    "no decoder for its codec (" + codec_name +
                        ") in this system's FFmpeg; convert the video to H.264 first");
  }
  check_picture_size(stream.codecpar->width, stream.codecpar->height, name);
  FfmpegPointer<AVCodecContext> context = owned(avcodec_alloc_context3(codec));
  if (avcodec_parameters_to_context(context.get(), stream.codecpar) < 0) throw_no_memory();
  context->pkt_timebase = stream.time_base;
  context->max_pixels = kMostPixels;
  context->thread_count = threads;
  // Threads that take a frame each hold that many frames back, which a camera's viewer would see.
  if (demuxer.live()) context->thread_type = FF_THREAD_SLICE;
  const int status = avcodec_open2(context.get(), codec, nullptr);
  if (status < 0) {
    throw DataError(name,
                    "its " + codec_name + " pictures cannot be decoded (" + ffmpeg_reason(status) +
                        "); convert the video to H.264 first");
  }
  return context;
}

double seconds_now() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration<double>(now).count();
}

}  // namespace

class VideoReader::Decoder {
 public:
  Decoder(std::string name, const VideoReaderOptions& options)
      : name_(std::move(name)),
        demuxer_(name_, {options.patience, options.stop}),
        codec_(open_codec(demuxer_, name_, options.threads)),
        converter_(demuxer_.format(), demuxer_.stream()),
        packet_(owned(av_packet_alloc())),
        frame_(owned(av_frame_alloc())),
        start_(demuxer_.start()) {
    check_picture_size(converter_.width(), converter_.height(), name_);
    info_.width = converter_.width();
    info_.height = converter_.height();
    info_.orientation = converter_.orientation();
    info_.frame_rate = av_q2d(demuxer_.frame_rate());
    info_.duration = demuxer_.duration();
    if (demuxer_.stream().nb_frames > 0) info_.frame_count = demuxer_.stream().nb_frames;
    info_.live = demuxer_.live();
    info_.codec = avcodec_get_name(codec_->codec_id);
  }

  /// Decodes the next frame, or keeps the one that was looked at but not taken.
  bool advance() {
    if (std::exchange(held_, false)) return true;
    while (!finished_) {
      const int status = avcodec_receive_frame(codec_.get(), frame_.get());
      if (status == 0) {
        if (demuxer_.cut_off() && !certain()) break;
        note_frame();
        return true;
      }
      if (status == AVERROR(ENOMEM)) throw_no_memory();
      if (status == AVERROR_EOF) break;
      if (status != AVERROR(EAGAIN)) ++damaged_;
      feed();
    }
    finished_ = true;
    if (index_ < 0 && end().state != VideoEnd::State::kStopped) {
      throw DataError(name_, "no frame of it can be decoded; fetch or record it again");
    }
    return false;
  }
  bool skip_to(double seconds) {
    while (advance()) {
      if (timestamp_ < seconds) continue;
      held_ = true;
      return true;
    }
    return false;
  }
  void take(VideoFrame& frame) {
    converter_.convert(*frame_, frame.image);
    frame.index = index_;
    frame.timestamp = timestamp_;
  }
  const VideoInfo& info() const { return info_; }
  const VideoEnd& end() const { return demuxer_.end(); }
  std::int64_t damaged() const { return damaged_; }

 private:
  void feed() {
    const bool more = demuxer_.next(*packet_);
    const int status = avcodec_send_packet(codec_.get(), more ? packet_.get() : nullptr);
    if (status == AVERROR(ENOMEM)) throw_no_memory();
    if (status < 0 && status != AVERROR_EOF) ++damaged_;
  }

  // Frames are not stored in the order of display: where the end is missing, one of the last may
  // have lost the frame before it, and would get that one's number.
  bool certain() const {
    constexpr double kGap = 1.5;  // frame intervals
    if (frame_->decode_error_flags != 0) return false;
    const std::int64_t time = frame_->best_effort_timestamp;
    if (index_ < 0 || demuxer_.timeless() || time == AV_NOPTS_VALUE) return true;
    const std::int64_t decoded = demuxer_.last_decoding_time();
    if (decoded != AV_NOPTS_VALUE && time <= decoded) return true;
    const bool known = index_ > 0 || info_.frame_rate > 0;
    const double interval = index_ > 0 ? interval_ : 1 / info_.frame_rate;
    return !known || seconds_of(time) - timestamp_ < kGap * interval;
  }

  double seconds_of(std::int64_t time) const {
    return static_cast<double>(time - start_) * av_q2d(demuxer_.stream().time_base);
  }

  void note_frame() {
    ++index_;
    if (demuxer_.live() && demuxer_.timeless()) {
      const double now = seconds_now();
      if (index_ == 0) arrived_ = now;
      timestamp_ = now - arrived_;
      return;
    }
    const std::int64_t time = frame_->best_effort_timestamp;
    if (time == AV_NOPTS_VALUE) {
      const double interval = info_.frame_rate > 0 ? 1 / info_.frame_rate : 0;
      if (index_ > 0) timestamp_ += interval;
      return;
    }
    if (start_ == AV_NOPTS_VALUE) start_ = time;
    const double now = seconds_of(time);
    interval_ = now - timestamp_;
    timestamp_ = now;
  }

  std::string name_;
  Demuxer demuxer_;
  FfmpegPointer<AVCodecContext> codec_;
  FrameConverter converter_;
  FfmpegPointer<AVPacket> packet_;
  FfmpegPointer<AVFrame> frame_;
  std::int64_t start_;
  VideoInfo info_;
  std::int64_t index_ = -1;
  std::int64_t damaged_ = 0;
  double timestamp_ = 0;
  double interval_ = 0;  // between the last two frames
  double arrived_ = 0;
  bool held_ = false;      // looked at, not taken
  bool finished_ = false;  // no frame will come
};

VideoReader::VideoReader(const std::string& name, const VideoReaderOptions& options)
    : decoder_(std::make_unique<Decoder>(name, options)) {}
VideoReader::~VideoReader() = default;
VideoReader::VideoReader(VideoReader&&) noexcept = default;
VideoReader& VideoReader::operator=(VideoReader&&) noexcept = default;

const VideoInfo& VideoReader::info() const {
  return decoder_->info();
}

bool VideoReader::read(VideoFrame& frame) {
  if (!decoder_->advance()) return false;
  decoder_->take(frame);
  return true;
}

bool VideoReader::skip(std::int64_t frames) {
  for (std::int64_t i = 0; i < frames; ++i) {
    if (!decoder_->advance()) return false;
  }
  return true;
}

bool VideoReader::skip_to(double seconds) {
  return decoder_->skip_to(seconds);
}

const VideoEnd& VideoReader::end() const {
  return decoder_->end();
}

std::int64_t VideoReader::damaged() const {
  return decoder_->damaged();
}

}  // namespace mien
