#include "mien/cli/read_video.h"

#include <string>
#include <utility>

#include "mien/cli/meter.h"
#include "mien/cli/video_outputs.h"
#include "mien/error.h"
#include "mien/image/video_reader.h"

namespace mien::cli {
namespace {

constexpr double kUsualRate = 25;

/// What a file says of itself; a pipe or camera can be opened once only, so it is not asked.
VideoInfo info_of(const Input& input) {
  if (input.kind == InputKind::kCamera) return {};
  VideoReaderOptions options;
  options.threads = 1;
  return VideoReader(input.name, options).info();
}

double frame_rate(const VideoInfo& info, const ReadOptions& options) {
  const double rate = info.frame_rate > 0 ? info.frame_rate : kUsualRate;
  return rate / static_cast<double>(options.video.every);
}

/// Frames that will be read, about; 0: unknown.
std::int64_t expected_frames(const VideoInfo& info, const VideoAnalysisOptions& options) {
  double seconds = info.duration;
  if (options.to > 0 && (seconds <= 0 || options.to < seconds)) seconds = options.to;
  const double count = (seconds - options.from) * info.frame_rate;
  return count > 0 ? static_cast<std::int64_t>(count) / options.every : 0;
}

std::string problem_of(const VideoAnalysis& analysis, const std::string& name) {
  using State = VideoEnd::State;
  const State state = analysis.end.state;
  if (state == State::kTruncated || state == State::kGone) {
    return name + ": " + analysis.end.message + "; the " + std::to_string(analysis.frames) +
           " frames before are read";
  }
  return "";
}

/// The user has closed the window: a live source has no other end.
struct WindowClosed {};

VideoAnalysis analyse(const VideoTask& task,
                      const ReadContext& context,
                      const FrameReceiver& receive) {
  try {
    return analyse_video(
        task.input.name, context.analyser, context.options.video, receive, &context.stop);
  } catch (const WindowClosed&) {
    return {};
  }
}

}  // namespace

VideoResult read_video(const VideoTask& task, const ReadContext& context) {
  const bool live = task.input.kind == InputKind::kCamera;
  const ReadOptions& options = context.options;
  const std::string& name = task.input.name;
  const VideoInfo info = info_of(task.input);
  VideoOutputs outputs(task, context, !live || options.save ? frame_rate(info, options) : 0);
  Meter meter(context.console, name, "frames", expected_frames(info, options.video));
  const FrameReceiver receive = [&](const Image& image, const FrameReading& frame) {
    const bool watched = outputs.take(image, frame);
    meter.step();
    if (live && !watched) throw WindowClosed();
  };
  VideoAnalysis analysis;
  try {
    analysis = analyse(task, context, receive);
  } catch (...) {
    if (outputs.frames() == 0) outputs.discard();
    throw;
  }
  const bool interrupted = context.stop.requested();
  if (interrupted && (!live || outputs.frames() == 0)) {
    throw Error(ErrorKind::kInterrupted,
                "stopped; the rows so far are in " + outputs.part().string());
  }
  if (outputs.frames() == 0) {
    outputs.discard();
    throw DataError(name, "has no frame between --from and --to");
  }
  outputs.finish();
  if (interrupted) {
    throw Error(ErrorKind::kInterrupted, "stopped; what was read of " + name + " is kept");
  }
  if (analysis.damaged > 0) {
    context.console.warn(name + ": " + std::to_string(analysis.damaged) +
                         " damaged pieces were passed over");
  }
  return {outputs.frames(), outputs.people(), outputs.faces(), problem_of(analysis, name)};
}

}  // namespace mien::cli
