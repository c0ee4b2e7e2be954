#include <algorithm>
#include <string>

#include "mien/core/files.h"
#include "mien/core/text.h"
#include "mien/image/picture_threads.h"
#include "mien/infer/video_analysis.h"
#include "mien/nn/device.h"
#include "mien/nn/weights.h"

#include "figures.h"

namespace mien::bench {
namespace {

/// Further fields of the JSON line: processor milliseconds a frame by stage, and who was found.
std::string stages_of(const VideoAnalysis& analysis, std::int64_t faces) {
  const auto frames = static_cast<double>(std::max<std::int64_t>(analysis.frames, 1));
  const auto each = [&](const char* name, double seconds) {
    return std::string("\"") + name + "\": " + number_text(1000 * seconds / frames, 4);
  };
  const StageSeconds& seconds = analysis.seconds;
  return "\"milliseconds\": {" + each("decode", seconds.decode) + ", " +
         each("detect", seconds.detect) + ", " + each("follow", seconds.follow) + ", " +
         each("read", seconds.read) + ", " + each("deliver", seconds.deliver) +
         "}, \"frames\": " + std::to_string(analysis.frames) +
         ", \"faces\": " + std::to_string(faces) +
         ", \"people\": " + std::to_string(analysis.people);
}

void add_rows(std::string& rows, const FrameReading& frame) {
  for (const FaceReading& face : frame.faces) {
    rows += std::to_string(frame.frame) + "," + std::to_string(face.face_id);
    for (const float value : {face.box.x, face.box.y, face.box.width, face.box.height}) {
      rows += "," + number_text(static_cast<double>(value), 2);
    }
    rows += "\n";
  }
}

AnalyserOptions analyser_options(const Flags& flags) {
  AnalyserOptions options;
  options.model = {flags.text("model", "")};
  options.device = flags.text("device", "cpu");
  options.precision = flags.text("precision", "float32");
  options.detector = flags.text("detector", "mtcnn");
  options.faces.min_face = flags.number("min-face", 20);
  return options;
}

}  // namespace

void analyse_clip(const Flags& flags) {
  set_threads(1);
  set_picture_threads(1);
  VideoAnalysisOptions video;
  video.detect_every = flags.number("detect-every", video.detect_every);
  video.every = flags.number("every", video.every);
  video.threads = flags.number("threads", 0);
  const std::string file = flags.text("video", "");
  const std::string rows_file = flags.text("rows", "");
  const Analyser analyser(analyser_options(flags));
  VideoAnalysis analysis;
  std::int64_t faces = 0;
  std::string rows;
  const Timing timing = timed(flags, [&] {
    faces = 0;
    rows = "frame,face_id,x,y,width,height\n";
    analysis = analyse_video(file, analyser, video, [&](const Image&, const FrameReading& frame) {
      faces += static_cast<std::int64_t>(frame.faces.size());
      if (!rows_file.empty()) add_rows(rows, frame);
    });
  });
  if (!rows_file.empty()) write_file_atomically(rows_file, rows);
  report("analyse-clip", static_cast<double>(analysis.frames), timing, stages_of(analysis, faces));
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
