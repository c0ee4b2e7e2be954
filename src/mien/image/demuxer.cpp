#include "mien/image/demuxer.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <system_error>

#include "mien/core/text.h"
#include "mien/error.h"
#include "mien/image/media_kind.h"

namespace mien {
namespace {

constexpr int kBufferBytes = 1 << 16;
constexpr std::int64_t kLeastProbe = 32;  // bytes; FFmpeg takes no less

// A playlist or a reference in a file must not make us open something else.
int refuse_other_files(
    AVFormatContext*, AVIOContext**, const char*, int, AVDictionary**) {  // NOLINT(*-unused-*)
  return AVERROR(EACCES);
}

/// Options of FFmpeg by name.
class Settings {
 public:
  Settings() = default;
  ~Settings() { av_dict_free(&entries_); }
  Settings(const Settings&) = delete;
  Settings& operator=(const Settings&) = delete;
  void set(const char* key, const std::string& value) {
    av_dict_set(&entries_, key, value.c_str(), 0);
  }
  AVDictionary** get() { return &entries_; }

 private:
  AVDictionary* entries_ = nullptr;
};

// "mjpeg", or "rawvideo:yuyv422:640x480".
const AVInputFormat* format_named(const std::string& form, Settings& settings) {
  const std::vector<std::string_view> parts = split(form, ':');
  if (parts.size() == 3) {
    settings.set("pixel_format", std::string(parts[1]));
    settings.set("video_size", std::string(parts[2]));
  }
  return av_find_input_format(std::string(parts[0]).c_str());
}

std::string source_message(int error, double patience) {
  if (error == ETIMEDOUT) return "sent nothing for " + number_text(patience) + " s";
  return std::generic_category().message(error);
}

}  // namespace

Demuxer::Demuxer(const std::string& name, const Patience& patience)
    : name_(name), source_(open_source(name, patience)), patience_(patience.seconds) {
  silence_ffmpeg();
  try {
    open();
    find_video();
  } catch (...) {
    avformat_close_input(&format_);
    throw;
  }
}

Demuxer::~Demuxer() {
  avformat_close_input(&format_);
}

int Demuxer::read_bytes(void* self, std::uint8_t* to, int size) {
  auto& demuxer = *static_cast<Demuxer*>(self);
  const int count = demuxer.source_->read(to, size);
  if (count == 0) return AVERROR_EOF;
  if (count < 0) {
    demuxer.source_error_ = -count;
    return AVERROR(-count);
  }
  constexpr std::size_t kKept = 16;
  std::string& first = demuxer.first_bytes_;
  if (first.size() < kKept) {
    const auto more = std::min(static_cast<std::size_t>(count), kKept - first.size());
    first.append(to, to + more);
  }
  return count;
}

std::int64_t Demuxer::seek_bytes(void* self, std::int64_t to, int whence) {
  ByteSource& source = *static_cast<Demuxer*>(self)->source_;
  if ((whence & AVSEEK_SIZE) != 0) return source.size();
  if ((whence & ~AVSEEK_FORCE) != SEEK_SET || !source.seek(to)) return AVERROR(EINVAL);
  return to;
}

void Demuxer::make_io(bool seekable) {
  auto* buffer = static_cast<std::uint8_t*>(av_malloc(kBufferBytes));
  if (buffer == nullptr) throw_no_memory();
  io_.reset(avio_alloc_context(
      buffer, kBufferBytes, 0, this, read_bytes, nullptr, seekable ? seek_bytes : nullptr));
  if (io_ == nullptr) {
    av_free(buffer);
    throw_no_memory();
  }
}

void Demuxer::open() {
  int status = try_to_open(!live());
  // A recording in fragments that was cut off within one opens only from front to back.
  if (status < 0 && !live() && looks_like_mp4() && source_->seek(0)) status = try_to_open(false);
  if (status < 0) fail_to_open(status);
  status = avformat_find_stream_info(format_, nullptr);
  if (status < 0) fail_to_open(status);
}

int Demuxer::try_to_open(bool seekable) {
  make_io(seekable);
  format_ = avformat_alloc_context();
  if (format_ == nullptr) throw_no_memory();
  format_->pb = io_.get();
  format_->flags |= AVFMT_FLAG_CUSTOM_IO;
  format_->io_open = refuse_other_files;
  Settings settings;
  const AVInputFormat* form = nullptr;
  if (!source_->form().empty()) form = format_named(source_->form(), settings);
  if (live()) {
    // A camera's first frame is wanted at once, not after the five seconds of a thorough look.
    format_->max_analyze_duration = AV_TIME_BASE / 2;
    format_->fps_probe_size = 0;
  }
  if (form == nullptr) form = form_by_mark();
  // Pictures behind each other: the first one tells all. FFmpeg 7 would look at many more.
  if (live() && form != nullptr) format_->probesize = kLeastProbe;
  // Some forms (SDP) go to the network by themselves.
  settings.set("protocol_whitelist", "none");
  // Without a name: the bytes tell what it is, not an ending.
  return avformat_open_input(&format_, "", form, settings.get());
}

bool Demuxer::looks_like_mp4() const {
  return first_bytes_.size() >= 8 && first_bytes_.substr(4, 4) == "ftyp";
}

// JPEG pictures behind each other look like a single one to FFmpeg, which would not split them; and
// so may an animated PNG with much before its mark.
const AVInputFormat* Demuxer::form_by_mark() {
  // Of a pipe only what is needed: more would wait for it.
  std::string mark(live() ? 3 : kMediaKindBytes, '\0');
  const int count = avio_read(
      io_.get(), reinterpret_cast<std::uint8_t*>(mark.data()), static_cast<int>(mark.size()));
  mark.resize(static_cast<std::size_t>(std::max(0, count)));
  const bool jpeg = mark.starts_with("\xFF\xD8\xFF");
  const bool moving = mark.starts_with("\x89PNG") && media_kind(mark) == MediaKind::kVideo;
  if (source_error_ != 0) fail_to_open(AVERROR(source_error_));
  if (avio_seek(io_.get(), 0, SEEK_SET) < 0) fail_to_open(AVERROR_INVALIDDATA);
  if (moving) return av_find_input_format("apng");
  return jpeg ? av_find_input_format("mjpeg") : nullptr;
}

void Demuxer::fail_to_open(int status) {
  if (source_error_ == ECANCELED) {
    throw Error(ErrorKind::kInterrupted, name_ + ": stopped while waiting for the first frame");
  }
  if (source_error_ != 0) throw DataError(name_, source_message(source_error_, patience_));
  if (first_bytes_.empty()) throw DataError(name_, "nothing came; a video was expected");
  if (looks_like_mp4()) {
    throw DataError(name_,
                    "the video's end, which holds its table of contents, is missing or damaged; "
                    "fetch or record it again");
  }
  throw DataError(name_, "not a video, or its header is damaged (" + ffmpeg_reason(status) + ")");
}

void Demuxer::find_video() {
  const int found = av_find_best_stream(format_, AVMEDIA_TYPE_VIDEO, -1, -1, nullptr, 0);
  const bool cover =
      found >= 0 && (format_->streams[found]->disposition & AV_DISPOSITION_ATTACHED_PIC) != 0;
  if (found < 0 || cover) throw DataError(name_, "has sound but no moving pictures");
  stream_ = static_cast<unsigned>(found);
  // A form that was given opens without a byte.
  if (stream().codecpar->width <= 0 && source_error_ != 0) fail_to_open(AVERROR(source_error_));
}

AVRational Demuxer::frame_rate() const {
  if (timeless() && live()) return {0, 1};
  for (const AVRational rate : {stream().avg_frame_rate, stream().r_frame_rate}) {
    if (rate.num > 0 && rate.den > 0) return rate;
  }
  return {0, 1};
}

double Demuxer::duration() const {
  if (stream().duration > 0) {
    return static_cast<double>(stream().duration) * av_q2d(stream().time_base);
  }
  return format_->duration > 0 ? static_cast<double>(format_->duration) / AV_TIME_BASE : 0;
}

std::int64_t Demuxer::start() const {
  if (format_->start_time == AV_NOPTS_VALUE) return AV_NOPTS_VALUE;
  return av_rescale_q(format_->start_time, AV_TIME_BASE_Q, stream().time_base);
}

bool Demuxer::timeless() const {
  return !source_->form().empty() || (format_->iformat->flags & AVFMT_NOTIMESTAMPS) != 0;
}

bool Demuxer::next(AVPacket& packet) {
  while (end_.state == VideoEnd::State::kOpen) {
    av_packet_unref(&packet);
    const int status = av_read_frame(format_, &packet);
    if (status == AVERROR(EAGAIN)) continue;
    if (status < 0) {
      finish(status);
      break;
    }
    if ((packet.flags & AV_PKT_FLAG_CORRUPT) != 0 && avio_feof(io_.get()) != 0) {
      cut_ = true;
      continue;
    }
    note_time(packet);
    if (packet.stream_index != static_cast<int>(stream_)) continue;
    last_decoding_time_ = packet.dts;
    ++packets_;
    return true;
  }
  av_packet_unref(&packet);
  return false;
}

void Demuxer::note_time(const AVPacket& packet) {
  const std::int64_t time = packet.pts != AV_NOPTS_VALUE ? packet.pts : packet.dts;
  if (time == AV_NOPTS_VALUE) return;
  const AVRational base = format_->streams[packet.stream_index]->time_base;
  furthest_ = std::max(furthest_, static_cast<double>(time + packet.duration) * av_q2d(base));
}

// Whether the header announced more than came. Only some forms say how long they are, and some of
// those guess from their own last bytes.
bool Demuxer::announced_more() const {
  if (cut_) return true;
  const std::string_view form = format_->iformat->name;
  constexpr std::int64_t kTransportPacket = 188;
  if (form == "mpegts" && !live()) return source_->size() % kTransportPacket != 0;
  // Its duration is cut down to the file's size, its count of frames is not.
  if (form == "avi") return packets_ < stream().nb_frames;
  const bool stated = format_->duration > 0 &&
                      format_->duration_estimation_method == AVFMT_DURATION_FROM_STREAM &&
                      form.find("mp4") == std::string::npos;
  if (!stated) return false;
  const double rate = av_q2d(frame_rate());
  const double tolerance = std::max(0.1, rate > 0 ? 2 / rate : 0);
  return furthest_ + tolerance < static_cast<double>(format_->duration) / AV_TIME_BASE;
}

void Demuxer::finish(int status) {
  using State = VideoEnd::State;
  if (source_error_ == ECANCELED) {
    end_ = {State::kStopped, "stopped"};
  } else if (live()) {
    const bool whole = source_error_ == 0 && status == AVERROR_EOF && !timeless() &&
                       format_->duration > 0 && !announced_more();
    if (whole) {
      end_ = {State::kComplete, ""};
    } else if (source_error_ != 0) {
      end_ = {State::kGone, "the source is gone: " + source_message(source_error_, patience_)};
    } else {
      end_ = {State::kGone, "the source is gone: nobody sends any more"};
    }
  } else if (status != AVERROR_EOF || announced_more()) {
    end_ = {State::kTruncated, "the video's end is missing"};
    if (source_error_ != 0) end_.message = "cannot read on: " + source_message(source_error_, 0);
  } else {
    end_ = {State::kComplete, ""};
  }
}

}  // namespace mien
