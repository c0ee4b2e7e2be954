#include "make_clip.h"

#include <string>
#include <vector>

#include "mien/core/files.h"
#include "mien/core/text.h"
#include "mien/error.h"
#include "mien/image/video_writer.h"

#include "made_clip.h"

namespace mien::bench {
namespace {

std::vector<std::string> pictures_from(const Flags& flags) {
  const std::string names = flags.text("pictures", MIEN_PHOTOGRAPH);
  std::vector<std::string> pictures;
  for (const std::string_view picture : split(names, ',')) {
    pictures.emplace_back(picture);
  }
  return pictures;
}

void add_rows(std::string& rows, std::int64_t frame, const std::vector<TrueFace>& faces) {
  for (const TrueFace& face : faces) {
    rows += std::to_string(frame) + "," + std::to_string(face.person);
    for (const float value : {face.box.x, face.box.y, face.box.width, face.box.height}) {
      rows += "," + number_text(static_cast<double>(value), 2);
    }
    rows += "," + number_text(face.visible, 3) + "\n";
  }
}

}  // namespace

void make_clip(const Flags& flags) {
  ClipOptions options;
  options.scene = flags.text("scene", options.scene);
  options.width = flags.number("width", options.width);
  options.height = flags.number("height", options.height);
  options.frame_rate = flags.number("rate", options.frame_rate);
  options.seconds = flags.number("seconds", options.seconds);
  options.seed = flags.number("seed", options.seed);
  VideoWriterOptions writing;
  writing.frame_rate = static_cast<double>(options.frame_rate);
  writing.threads = static_cast<int>(flags.number("threads", 0));
  const std::string out = flags.text("out", "");
  const std::string truth = flags.text("truth", "");
  const std::vector<std::string> pictures = pictures_from(flags);
  flags.check_all_used();
  options.check();
  if (out.empty()) throw UsageError("--out FILE.mp4 is needed: where the clip goes");

  const MadeClip clip(options, cut_out_faces(pictures));
  VideoWriter writer(
      out, static_cast<int>(options.width), static_cast<int>(options.height), writing);
  std::string rows = "frame,person,x,y,width,height,visible\n";
  for (std::int64_t i = 0; i < clip.frames(); ++i) {
    const MadeFrame frame = clip.frame(i);
    writer.write(frame.image);
    if (!truth.empty()) add_rows(rows, i, frame.faces);
  }
  writer.finish();
  if (!truth.empty()) write_file_atomically(truth, rows);
}

}  // namespace mien::bench
