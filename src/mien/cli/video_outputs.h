// Everything that is written of one video while it is read.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "mien/cli/face_gallery.h"
#include "mien/cli/read_options.h"
#include "mien/cli/read_video.h"
#include "mien/cli/viewer.h"
#include "mien/image/video_writer.h"
#include "mien/infer/neutral.h"
#include "mien/report/overlay.h"
#include "mien/report/rows.h"
#include "mien/report/timeline.h"

namespace mien::cli {

class VideoOutputs {
 public:
  /// `frame_rate`: of the annotated video; 0: none is written.
  VideoOutputs(const VideoTask& task, const ReadContext& context, double frame_rate);

  /// False where the user has just closed the window.
  bool take(const Image& image, const FrameReading& frame);
  /// All under their final names, with what needs the whole video; the rows last, so that where
  /// they are everything is. Once `stop` is set, throws Error(kInterrupted).
  void finish();

  /// Leaves nothing behind: there was no frame.
  void discard();

  std::int64_t frames() const { return timeline_->frames(); }
  std::int64_t faces() const { return faces_; }
  std::int64_t people() const { return timeline_->persons(); }
  const std::filesystem::path& part() const { return rows_->part(); }

 private:
  std::filesystem::path named(const std::string& ending) const;
  bool second_pass_needed() const;
  std::filesystem::path first_rows() const;  ///< of the first pass, while there is a second one
  /// Whether the annotated video waits for the second pass, which knows everybody's resting face.
  bool video_waits() const;
  void annotate(const Image& image, const FrameReading& frame);
  void write_frame(double timestamp);
  void write_rows_again();
  void write_report();

  const ReadContext& context_;
  VideoTask task_;
  double frame_rate_;  ///< of the annotated video; 0: there is none
  RowFormat format_;   ///< asked for
  RowFormat working_;  ///< of the first pass
  std::unique_ptr<RowWriter> rows_;
  std::unique_ptr<Timeline> timeline_;
  NeutralBaseline baseline_;
  VideoThumbnails thumbnails_;
  Overlay overlay_;
  std::unique_ptr<VideoWriter> video_;
  std::unique_ptr<Viewer> viewer_;
  Image annotated_;
  std::optional<double> first_time_;
  std::int64_t faces_ = 0;
};

}  // namespace mien::cli
