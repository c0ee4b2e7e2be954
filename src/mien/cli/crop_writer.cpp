#include "mien/cli/crop_writer.h"

#include <string_view>
#include <utility>
#include <vector>

#include "mien/affect/frame_name.h"
#include "mien/core/files.h"
#include "mien/core/text.h"
#include "mien/data/table_reader.h"
#include "mien/error.h"
#include "mien/input/face_crop.h"
#include "mien/report/cells.h"

namespace mien::cli {
namespace {

namespace fs = std::filesystem;

constexpr const char* kFolder = "cropped_aligned";
const std::vector<std::string> kColumns = {"image",
                                           "input",
                                           "frame",
                                           "timestamp",
                                           "face_id",
                                           "confidence",
                                           "x",
                                           "y",
                                           "width",
                                           "height",
                                           "quality"};

/// Where the challenge's layout has it: the first person's under the plain name.
std::string crop_name(const Input& input,
                      const std::string& name,
                      const FrameReading& frame,
                      std::int64_t face_id) {
  std::string own = face_id > 1 ? name + "_person" + std::to_string(face_id) : name;
  if (input.kind == InputKind::kPicture) return own;
  return own + "/" + abaw_frame_name(frame.frame);
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

/// The rows of inputs that `keep` keeps, as they stand in the file.
std::string kept_rows(const fs::path& log,
                      const std::string& header,
                      const std::function<bool(const std::string& input)>& keep) {
  const std::string text = read_file(log);
  if (!text.starts_with(header)) {
    throw DataError(log.string(),
                    "is there already and no list of crops of mien; give another folder with -o");
  }
  const std::size_t end = text.rfind('\n') + 1;  // a kill may have cut off what follows
  TableReader reader(text.substr(0, end), log.string());
  std::string rows;
  reader.next();
  while (reader.next()) {
    if (reader.fields().size() != kColumns.size() || !keep(std::string(reader.fields()[1]))) {
      continue;
    }
    std::vector<std::string> texts;
    for (const std::string_view field : reader.fields())
      texts.push_back(csv_text(std::string(field)));
    rows += join(texts, ",") + "\n";
  }
  return rows;
}

}  // namespace

void describe(CropFormat& format, Fields& fields) {
  fields.add("size", format.crop.size, "side of a crop, pixels", between(8, 4096));
  fields.add("crop",
             format.crop.crop,
             "box: the square about the detector's box; aligned: turned and scaled so that eyes, "
             "nose and mouth lie where a template has them",
             one_of({"box", "aligned"}));
  fields.add("margin",
             format.crop.margin,
             "of box: part of its side that is added on each side",
             between(-0.4, 4));
  fields.add("ending", format.ending, "kind of picture; png loses nothing", one_of({"jpg", "png"}));
}

CropWriter::CropWriter(fs::path folder,
                       CropFormat format,
                       const std::function<bool(const std::string& input)>& keep)
    : folder_(std::move(folder)), log_(folder_ / "crops.csv"), format_(std::move(format)) {
  const std::string header = csv_header(kColumns);
  std::string rows = header;
  if (fs::exists(log_)) rows += kept_rows(log_, header, keep);
  write_file_atomically(log_, rows);
  before_ = rows.size();
}

void CropWriter::end_input(bool keep) {
  if (keep) {
    before_ = fs::file_size(log_);
  } else {
    fs::resize_file(log_, before_);
  }
}

std::int64_t CropWriter::write(const Input& input,
                               const std::string& name,
                               const Image& image,
                               const FrameReading& frame) {
  std::string lines;
  for (const FaceReading& face : frame.faces) {
    const std::string own = crop_name(input, name, frame, face.face_id) + "." + format_.ending;
    const fs::path file = folder_ / kFolder / own;
    make_folder(file.parent_path());
    write_image(file, face_crop(image, face.box, face.landmarks, format_.crop));
    lines += log_line(own, frame, face);
  }
  if (!lines.empty()) append_record(log_, lines);
  return static_cast<std::int64_t>(frame.faces.size());
}

}  // namespace mien::cli
