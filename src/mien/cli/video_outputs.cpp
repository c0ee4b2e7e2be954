#include "mien/cli/video_outputs.h"

#include <optional>
#include <system_error>
#include <utility>

#include "mien/cli/replaceable.h"
#include "mien/core/files.h"
#include "mien/core/text.h"
#include "mien/error.h"
#include "mien/image/video_reader.h"
#include "mien/infer/smoothing.h"

namespace mien::cli {
namespace {

namespace fs = std::filesystem;

RowReadings row_readings(const ReadOptions& options) {
  const bool adjusted = options.neutral || options.video.smoothing.seconds > 0;
  return adjusted ? RowReadings::kRawAndAdjusted : RowReadings::kRaw;
}

/// What was done to the readings that are shown: ", smoothed over 0.3 s, resting faces taken out".
std::string adjustment_text(const ReadOptions& options) {
  const double seconds = options.video.smoothing.seconds;
  std::string text;
  if (seconds > 0) text += ", smoothed over " + number_text(seconds) + " s";
  if (options.neutral) text += ", resting faces taken out";
  return text;
}

}  // namespace

VideoOutputs::VideoOutputs(const VideoTask& task, const ReadContext& context, double frame_rate)
    : context_(context),
      task_(task),
      frame_rate_(frame_rate),
      format_(row_format(context.options.format)),
      working_(working_format(format_)),
      timeline_(std::make_unique<Timeline>(context.analyser.vocabulary())),
      baseline_(context.options.resting),
      overlay_(context.overlay()) {
  check_replaceable(named(std::string(row_ending(format_))), format_);
  check_replaceable_page(named(".html"));
  make_folder(task_.base.has_parent_path() ? task_.base.parent_path() : fs::path("."));
  // Where there can be no window nothing is left behind: its rows begin after it.
  if (context.options.show) viewer_ = std::make_unique<Viewer>("mien: " + task.input.name);
  rows_ = std::make_unique<RowWriter>(named(std::string(row_ending(working_))),
                                      context.rows(working_, row_readings(context.options)));
}

fs::path VideoOutputs::named(const std::string& ending) const {
  return task_.base.string() + ending;
}

bool VideoOutputs::second_pass_needed() const {
  return context_.options.neutral || format_ != working_;
}

bool VideoOutputs::video_waits() const {
  return context_.options.neutral && task_.input.kind == InputKind::kVideo;
}

bool VideoOutputs::take(const Image& image, const FrameReading& frame) {
  rows_->write(frame);
  faces_ += static_cast<std::int64_t>(frame.faces.size());
  timeline_->add(frame);
  thumbnails_.add(image, frame);
  if (context_.options.neutral) baseline_.add(frame);
  const bool writes = frame_rate_ > 0 && !video_waits();
  if (!writes && !viewer_) return true;
  annotate(image, frame);
  if (writes) write_frame(frame.timestamp);
  if (!viewer_ || viewer_->show(annotated_)) return true;
  viewer_.reset();
  return false;
}

void VideoOutputs::annotate(const Image& image, const FrameReading& frame) {
  annotated_ = image;
  overlay_.draw(annotated_, frame);
}

void VideoOutputs::write_frame(double timestamp) {
  if (!video_) {
    VideoWriterOptions options;
    options.frame_rate = frame_rate_;
    video_ = std::make_unique<VideoWriter>(
        named(".mien.mp4"), annotated_.width, annotated_.height, options);
  }
  if (!first_time_) first_time_ = timestamp;
  video_->write(annotated_, timestamp - *first_time_);
}

void VideoOutputs::finish() {
  if (second_pass_needed()) write_rows_again();
  write_report();
  if (video_) video_->finish();
  rows_->finish();
  fs::remove(first_rows());
}

void VideoOutputs::discard() {
  const fs::path part = rows_->part();
  rows_.reset();
  std::error_code error;
  fs::remove(part, error);
}

fs::path VideoOutputs::first_rows() const {
  return named(".raw" + std::string(row_ending(working_)) + ".part");
}

/// The second pass: from the rows on the disk, in memory that does not grow with them; the frames
/// are decoded again where the video is annotated now.
void VideoOutputs::write_rows_again() {
  const fs::path part = rows_->part();
  rows_.reset();
  fs::rename(part, first_rows());
  rows_ = std::make_unique<RowWriter>(named(std::string(row_ending(format_))),
                                      context_.rows(format_, row_readings(context_.options)));
  timeline_ = std::make_unique<Timeline>(context_.analyser.vocabulary());
  RowReader reader(first_rows(), working_);
  Smoother smoother(context_.options.video.smoothing);
  std::optional<VideoReader> frames;
  if (frame_rate_ > 0 && video_waits()) frames.emplace(task_.input.name);
  VideoFrame picture;
  picture.index = -1;
  FrameReading frame;
  while (reader.next(frame)) {
    // What a camera showed is lost when it is not finished; a video can be read again.
    if (context_.stop.requested() && task_.input.kind == InputKind::kVideo) {
      throw Error(ErrorKind::kInterrupted,
                  "stopped; the rows, not corrected yet, are in " + first_rows().string());
    }
    if (context_.options.neutral) {
      for (FaceReading& face : frame.faces) face.adjusted.reset();
      baseline_.apply(frame);
      smoother.apply(frame);
    }
    rows_->write(frame);
    timeline_->add(frame);
    if (!frames) continue;
    frames->skip(frame.frame - picture.index - 1);
    if (!frames->read(picture))
      throw FailureError(task_.input.name + ": changed while it was read");
    annotate(picture.image, frame);
    write_frame(frame.timestamp);
  }
}

void VideoOutputs::write_report() {
  const std::string title =
      fs::path(task_.input.name).filename().string() + adjustment_text(context_.options);
  write_image(named(".timeline.png"), draw_timeline(*timeline_, title));
  const VideoReport report{title, *timeline_, thumbnails_.take(), context_.analyser.thresholds()};
  write_file_atomically(named(".html"), video_report_html(report));
}

}  // namespace mien::cli
