#include "mien/cli/crop_writer.h"

#include <cstdio>
#include <system_error>
#include <utility>
#include <vector>

#include "mien/core/files.h"
#include "mien/core/text.h"
#include "mien/error.h"
#include "mien/input/face_crop.h"
#include "mien/report/cells.h"

namespace mien::cli {
namespace {

namespace fs = std::filesystem;

constexpr const char* kFolder = "cropped_aligned";

/// Where the challenge's layout has it: the first person's under the plain name.
std::string crop_name(const Input& input,
                      const std::string& name,
                      const FrameReading& frame,
                      std::int64_t face_id) {
  const std::string own = face_id > 1 ? name + "_person" + std::to_string(face_id) : name;
  if (input.kind == InputKind::kPicture) return own + ".jpg";
  char number[24];
  std::snprintf(number, sizeof number, "%05lld", static_cast<long long>(frame.frame + 1));
  return own + "/" + number + ".jpg";
}

std::string log_line(const std::string& image, const FrameReading& frame, const FaceReading& face) {
  std::vector<Cell> cells = {Cell::of_text(image),
                             Cell::of_text(frame.input),
                             Cell::whole(frame.frame),
                             Cell::decimal(frame.timestamp, 3),
                             Cell::whole(face.face_id),
                             Cell::decimal(face.confidence, 4)};
  for (const float value : {face.box.x, face.box.y, face.box.width, face.box.height}) {
    cells.push_back(Cell::decimal(static_cast<double>(value), 2));
  }
  cells.push_back(face.quality ? Cell::decimal(*face.quality, 4) : Cell());
  return csv_line(cells);
}

}  // namespace

CropWriter::CropWriter(fs::path folder, const InputOptions& crop, std::int64_t log_size)
    : folder_(std::move(folder)), log_(folder_ / "crops.csv"), crop_(crop) {
  std::error_code error;
  if (log_size > 0 && fs::file_size(log_, error) >= static_cast<std::uintmax_t>(log_size) &&
      !error) {
    fs::resize_file(log_, static_cast<std::uintmax_t>(log_size), error);
    if (error) throw FailureError(log_.string() + ": " + error.message());
    return;
  }
  write_file_atomically(log_,
                        csv_header({"image",
                                    "input",
                                    "frame",
                                    "timestamp",
                                    "face_id",
                                    "confidence",
                                    "x",
                                    "y",
                                    "width",
                                    "height",
                                    "quality"}));
}

std::int64_t CropWriter::write(const Input& input,
                               const std::string& name,
                               const Image& image,
                               const FrameReading& frame) {
  std::string lines;
  for (const FaceReading& face : frame.faces) {
    const std::string own = crop_name(input, name, frame, face.face_id);
    const fs::path file = folder_ / kFolder / own;
    make_folder(file.parent_path());
    write_image(file, face_crop(image, face.box, face.landmarks, crop_));
    lines += log_line(own, frame, face);
  }
  if (!lines.empty()) append_record(log_, lines);
  return static_cast<std::int64_t>(frame.faces.size());
}

std::int64_t CropWriter::log_size() const {
  return static_cast<std::int64_t>(fs::file_size(log_));
}

}  // namespace mien::cli
