#include <algorithm>
#include <iostream>

#include "mien/core/text.h"
#include "mien/image/picture_threads.h"
#include "mien/infer/video_analysis.h"
#include "mien/nn/device.h"
#include "mien/nn/weights.h"

#include "figures.h"

namespace mien::bench {
namespace {

/// One JSON line: processor seconds a frame by stage, and who was found.
void print_stages(const VideoAnalysis& analysis, std::int64_t faces) {
  const auto frames = static_cast<double>(std::max<std::int64_t>(analysis.frames, 1));
  const auto each = [&](const char* name, double seconds) {
    return std::string("\"") + name + "\": " + number_text(1000 * seconds / frames, 4);
  };
  const StageSeconds& seconds = analysis.seconds;
  std::cout << "{\"milliseconds\": {" << each("decode", seconds.decode) << ", "
            << each("detect", seconds.detect) << ", " << each("follow", seconds.follow) << ", "
            << each("read", seconds.read) << ", " << each("deliver", seconds.deliver)
            << "}, \"frames\": " << analysis.frames << ", \"faces\": " << faces
            << ", \"people\": " << analysis.people << "}\n";
}

}  // namespace

void analyse_clip(const Flags& flags) {
  set_threads(1);
  set_picture_threads(1);
  AnalyserOptions options;
  options.model = {flags.text("model", "")};
  options.device = flags.text("device", "cpu");
  options.precision = flags.text("precision", "float32");
  options.detector = flags.text("detector", "mtcnn");
  options.faces.min_face = flags.number("min-face", 20);
  VideoAnalysisOptions video;
  video.detect_every = flags.number("detect-every", video.detect_every);
  video.threads = flags.number("threads", 0);
  const std::string file = flags.text("video", "");
  const Analyser analyser(options);
  VideoAnalysis analysis;
  std::int64_t faces = 0;
  const Timing timing = timed(flags, [&] {
    faces = 0;
    analysis = analyse_video(file, analyser, video, [&](const Image&, const FrameReading& frame) {
      faces += static_cast<std::int64_t>(frame.faces.size());
    });
  });
  print_stages(analysis, faces);
  report("analyse-clip", static_cast<double>(analysis.frames), timing);
}

void make_network(const Flags& flags) {
  ModelOptions model;
  model.name = flags.text("name", "emma");
  model.vit = flags.text("vit", "T/16");
  model.dan_width = flags.number("dan-width", model.dan_width);
  model.dan_stem = flags.text("dan-stem", model.dan_stem);
  InputOptions input;
  input.size = flags.number("size", input.size);
  const std::string file = flags.text("out", "");
  flags.check_all_used();
  save_network(file, *create_network(model, abaw_mtl_vocabulary(), input), {});
}

}  // namespace mien::bench
