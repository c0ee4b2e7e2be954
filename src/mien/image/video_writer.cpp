#include "mien/image/video_writer.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "mien/core/files.h"
#include "mien/error.h"
#include "mien/image/ffmpeg.h"

extern "C" {
#include <libavutil/opt.h>
}

namespace mien {
namespace {

constexpr AVRational kTimeBase{1, 90'000};
constexpr int kTicks = kTimeBase.den;

void check_options(const std::string& name,
                   int width,
                   int height,
                   const VideoWriterOptions& options) {
  constexpr int kLargest = 16'384;
  constexpr double kSlowest = 0.01;
  constexpr double kFastest = 1000;
  constexpr int kWorst = 51;
  if (width < 1 || height < 1 || width > kLargest || height > kLargest) {
    throw UsageError(name + ": a video of " + std::to_string(width) + " x " +
                     std::to_string(height) + " pixels cannot be written");
  }
  if (!(options.frame_rate >= kSlowest && options.frame_rate <= kFastest)) {
    throw UsageError(name + ": a video has from 0.01 to 1000 frames a second");
  }
  if (options.quality < 0 || options.quality > kWorst) {
    throw UsageError(name + ": quality goes from 0 (best) to 51");
  }
}

}  // namespace

class VideoWriter::Encoder {
 public:
  Encoder(const std::filesystem::path& file,
          int width,
          int height,
          const VideoWriterOptions& options)
      : name_(file.string()),
        file_(file),
        width_(width),
        height_(height),
        interval_(kTicks / options.frame_rate),
        frame_(owned(av_frame_alloc())),
        packet_(owned(av_packet_alloc())) {
    open_codec(options);
    prepare_frame();
    try {
      open_file();
    } catch (...) {
      close_file();
      throw;
    }
  }
  ~Encoder() { close_file(); }
  Encoder(const Encoder&) = delete;
  Encoder& operator=(const Encoder&) = delete;

  void write(const Image& image) { write_at(image, std::llround(interval_ * double(count_))); }
  void write(const Image& image, double timestamp) {
    constexpr double kLatest = 1e9;
    if (!(std::abs(timestamp) <= kLatest)) {
      throw UsageError(name_ + ": a frame's timestamp is not a number of seconds");
    }
    write_at(image, std::llround(timestamp * kTicks));
  }

  void finish() {
    if (count_ == 0) return;
    encode(nullptr);
    check(av_write_trailer(format_), "cannot complete the video");
    avio_flush(format_->pb);
    check(format_->pb->error, "cannot complete the video");
    check(avio_closep(&format_->pb), "cannot complete the video");
    file_.commit();
  }

 private:
  void check(int status, const std::string& what) const {
    if (status >= 0) return;
    throw FailureError(name_ + ": " + what + ": " + ffmpeg_reason(status));
  }

  void open_codec(const VideoWriterOptions& options) {
    const AVCodec* codec = avcodec_find_encoder_by_name("libx264");
    const bool h264 = codec != nullptr;
    if (!h264) codec = avcodec_find_encoder(AV_CODEC_ID_MPEG4);
    if (codec == nullptr) {
      throw FailureError(name_ + ": this system's FFmpeg encodes neither H.264 nor MPEG-4");
    }
    constexpr int kFinest = 100'000;
    constexpr double kKeyFrameSeconds = 2;
    codec_ = owned(avcodec_alloc_context3(codec));
    codec_->width = width_ + width_ % 2;
    codec_->height = height_ + height_ % 2;
    codec_->pix_fmt = AV_PIX_FMT_YUV420P;
    codec_->framerate = av_d2q(options.frame_rate, kFinest);
    codec_->time_base = h264 ? kTimeBase : AVRational{1, kTicks / 2};
    codec_->gop_size = std::max(1, static_cast<int>(options.frame_rate * kKeyFrameSeconds));
    codec_->thread_count = options.threads;
    codec_->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
    codec_->color_range = AVCOL_RANGE_MPEG;
    codec_->colorspace = AVCOL_SPC_BT709;
    codec_->color_primaries = AVCOL_PRI_BT709;
    codec_->color_trc = AVCOL_TRC_BT709;
    if (h264) {
      av_opt_set(codec_->priv_data, "preset", "veryfast", 0);
      av_opt_set_double(codec_->priv_data, "crf", options.quality, 0);
    } else {
      codec_->flags |= AV_CODEC_FLAG_QSCALE;
      codec_->global_quality = FF_QP2LAMBDA * (1 + options.quality / 5);
    }
    check(avcodec_open2(codec_.get(), codec, nullptr), "the encoder does not start");
  }

  void prepare_frame() {
    frame_->format = codec_->pix_fmt;
    frame_->width = codec_->width;
    frame_->height = codec_->height;
    frame_->color_range = codec_->color_range;
    frame_->colorspace = codec_->colorspace;
    check(av_frame_get_buffer(frame_.get(), 0), "no memory for a frame");
    scaler_.reset(sws_getContext(codec_->width,
                                 codec_->height,
                                 AV_PIX_FMT_RGB24,
                                 codec_->width,
                                 codec_->height,
                                 codec_->pix_fmt,
                                 SWS_BICUBIC,
                                 nullptr,
                                 nullptr,
                                 nullptr));
    if (scaler_ == nullptr) throw_no_memory();
    constexpr int kOne = 1 << 16;
    sws_setColorspaceDetails(scaler_.get(),
                             sws_getCoefficients(SWS_CS_DEFAULT),
                             1,
                             sws_getCoefficients(SWS_CS_ITU709),
                             0,
                             0,
                             kOne,
                             kOne);
    constexpr int kBlock = 32;
    if (width_ % kBlock + height_ % 2 > 0) {
      padded_ = Image((codec_->width / kBlock + 1) * kBlock, codec_->height);
    }
  }

  void open_file() {
    // The scheme keeps a colon in a name from being taken for another one.
    const std::string address = "file:" + file_.temporary().string();
    check(avformat_alloc_output_context2(&format_, nullptr, "mp4", address.c_str()),
          "no MP4 in FFmpeg");
    AVStream* stream = avformat_new_stream(format_, nullptr);
    if (stream == nullptr) throw_no_memory();
    check(avcodec_parameters_from_context(stream->codecpar, codec_.get()), "no memory");
    stream->time_base = kTimeBase;
    stream->avg_frame_rate = codec_->framerate;
    check(avio_open(&format_->pb, address.c_str(), AVIO_FLAG_WRITE),
          "cannot make a file beside it");
    // The table of contents goes to the front: a video that is cut off still plays.
    av_opt_set(format_->priv_data, "movflags", "+faststart", 0);
    check(avformat_write_header(format_, nullptr), "cannot write");
  }

  void close_file() {
    if (format_ == nullptr) return;
    avio_closep(&format_->pb);
    avformat_free_context(format_);
    format_ = nullptr;
  }

  // An even size, and rows whose end may be read past: the converter's SIMD takes whole blocks.
  void fill_padded(const Image& image) {
    for (int y = 0; y < codec_->height; ++y) {
      std::uint8_t* to = padded_.row(y);
      to = std::copy_n(image.row(std::min(y, height_ - 1)), image.row_bytes(), to);
      if (codec_->width > width_) std::copy_n(to - 3, 3, to);
    }
  }

  void write_at(const Image& image, std::int64_t tick) {
    if (image.width != width_ || image.height != height_ || image.empty()) {
      throw UsageError(name_ + ": every frame of a video has the same size");
    }
    check(av_frame_make_writable(frame_.get()), "no memory for a frame");
    const bool ready = padded_.empty();
    if (!ready) fill_padded(image);
    const Image& source = ready ? image : padded_;
    const std::uint8_t* const from[4] = {source.pixels.data()};
    const int stride[4] = {static_cast<int>(source.row_bytes())};
    sws_scale(scaler_.get(), from, stride, 0, codec_->height, frame_->data, frame_->linesize);
    last_ = count_ == 0 ? tick : std::max(tick, last_ + smallest_step());
    frame_->pts = av_rescale_q(last_, kTimeBase, codec_->time_base);
    ++count_;
    encode(frame_.get());
  }

  std::int64_t smallest_step() const { return av_rescale_q(1, codec_->time_base, kTimeBase); }

  void encode(const AVFrame* frame) {
    check(avcodec_send_frame(codec_.get(), frame), "cannot encode");
    while (true) {
      const int status = avcodec_receive_packet(codec_.get(), packet_.get());
      if (status == AVERROR(EAGAIN) || status == AVERROR_EOF) return;
      check(status, "cannot encode");
      av_packet_rescale_ts(packet_.get(), codec_->time_base, kTimeBase);
      packet_->duration = std::llround(interval_);
      packet_->stream_index = 0;
      AVStream* stream = format_->streams[0];
      av_packet_rescale_ts(packet_.get(), kTimeBase, stream->time_base);
      check(av_interleaved_write_frame(format_, packet_.get()), "cannot write");
      check(format_->pb->error, "cannot write");
    }
  }

  std::string name_;
  AtomicFile file_;
  int width_;
  int height_;
  double interval_;  // ticks
  FfmpegPointer<AVFrame> frame_;
  FfmpegPointer<AVPacket> packet_;
  FfmpegPointer<AVCodecContext> codec_;
  FfmpegPointer<SwsContext> scaler_;
  AVFormatContext* format_ = nullptr;
  Image padded_;
  std::int64_t count_ = 0;
  std::int64_t last_ = 0;  // ticks of the frame before
};

VideoWriter::VideoWriter(const std::filesystem::path& file,
                         int width,
                         int height,
                         const VideoWriterOptions& options) {
  silence_ffmpeg();
  check_options(file.string(), width, height, options);
  encoder_ = std::make_unique<Encoder>(file, width, height, options);
}
VideoWriter::~VideoWriter() = default;
VideoWriter::VideoWriter(VideoWriter&&) noexcept = default;
VideoWriter& VideoWriter::operator=(VideoWriter&&) noexcept = default;

void VideoWriter::write(const Image& image) {
  encoder_->write(image);
}

void VideoWriter::write(const Image& image, double timestamp) {
  encoder_->write(image, timestamp);
}

void VideoWriter::finish() {
  encoder_->finish();
}

}  // namespace mien
