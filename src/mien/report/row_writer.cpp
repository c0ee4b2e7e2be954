#include <algorithm>
#include <optional>
#include <utility>

#include "mien/affect/frame_name.h"
#include "mien/core/files.h"
#include "mien/error.h"
#include "mien/report/cells.h"
#include "mien/report/challenge.h"
#include "mien/report/row_columns.h"
#include "mien/report/rows.h"

namespace mien {
namespace {

namespace fs = std::filesystem;

constexpr int kTimeDigits = 3;
constexpr int kPixelDigits = 2;
constexpr int kDegreeDigits = 2;
constexpr int kShareDigits = 4;  // confidence, quality

/// The columns of one prediction, with a prefix.
std::vector<std::string> reading_names(const Vocabulary& vocabulary, const std::string& prefix) {
  std::vector<std::string> names;
  if (vocabulary.valence_arousal) names.insert(names.end(), {"valence", "arousal"});
  if (!vocabulary.expressions.empty()) names.emplace_back("expression");
  for (std::string& name : class_and_unit_names(vocabulary)) names.push_back(std::move(name));
  for (std::string& name : names) name.insert(0, prefix);
  return names;
}

void append_reading(std::vector<Cell>& cells,
                    const Prediction& prediction,
                    const RowOptions& options,
                    const std::string& input) {
  const WrittenPrediction written =
      written_prediction(prediction, options.vocabulary, options.thresholds, input);
  if (options.vocabulary.valence_arousal) {
    cells.insert(cells.end(), {affect_cell(written.valence), affect_cell(written.arousal)});
  }
  if (!options.vocabulary.expressions.empty()) cells.push_back(Cell::of_text(written.expression));
  append_classes_and_units(cells, written);
}

void append_geometry(std::vector<Cell>& cells, const FaceReading& face) {
  cells.push_back(Cell::decimal(face.confidence, kShareDigits));
  for (const float value : {face.box.x, face.box.y, face.box.width, face.box.height}) {
    cells.push_back(Cell::decimal(static_cast<double>(value), kPixelDigits));
  }
  for (std::size_t i = 0; i < kFacePoints; ++i) {
    const Landmark point = face.landmarks ? (*face.landmarks)[i] : Landmark{};
    for (const float value : {point.x, point.y}) {
      cells.push_back(face.landmarks ? Cell::decimal(static_cast<double>(value), kPixelDigits)
                                     : Cell());
    }
  }
  const HeadPose pose = face.pose.value_or(HeadPose{});
  for (const double value : {pose.pitch, pose.yaw, pose.roll}) {
    cells.push_back(face.pose ? Cell::decimal(value, kDegreeDigits) : Cell());
  }
  cells.push_back(face.quality ? Cell::decimal(*face.quality, kShareDigits) : Cell());
}

std::vector<Cell> frame_cells(const FrameReading& frame) {
  return {Cell::of_text(frame.input),
          Cell::whole(frame.frame),
          Cell::decimal(frame.timestamp, kTimeDigits)};
}

/// The challenge's lists know one face a frame: this one.
class MainFace {
 public:
  const FaceReading* choose(const FrameReading& frame) {
    const auto area = [](const FaceReading& face) { return face.box.width * face.box.height; };
    const auto largest = std::max_element(
        frame.faces.begin(), frame.faces.end(), [&](const FaceReading& a, const FaceReading& b) {
          return area(a) < area(b);
        });
    if (largest == frame.faces.end()) return nullptr;
    const FaceReading* chosen = &*largest;
    for (const FaceReading& face : frame.faces) {
      const bool stays = frame.input == input_ && face.face_id != 0 && face.face_id == id_;
      if (stays && area(*largest) <= 2 * area(face)) chosen = &face;
    }
    input_ = frame.input;
    id_ = chosen->face_id;
    return chosen;
  }

 private:
  std::string input_;
  std::int64_t id_ = 0;
};

std::string abaw_name(const FrameReading& frame, AbawNames names) {
  const fs::path input(frame.input);
  if (names == AbawNames::kFiles) {
    return (input.parent_path().filename() / input.filename()).generic_string();
  }
  return input.stem().generic_string() + "/" + abaw_frame_name(frame.frame) + ".jpg";
}

}  // namespace

std::vector<std::string> row_columns(const RowOptions& options) {
  std::vector<std::string> names(kRowColumns.begin(), kRowColumns.end());
  const auto append = [&](const std::string& prefix) {
    for (std::string& name : reading_names(options.vocabulary, prefix)) {
      names.push_back(std::move(name));
    }
  };
  append("");
  if (options.readings == RowReadings::kRawAndAdjusted) append(std::string(kAdjustedPrefix));
  return names;
}

struct RowWriter::Layout {
  explicit Layout(RowOptions given) : options(std::move(given)) {
    if (options.format == RowFormat::kAbaw) {
      challenge.emplace(Challenge::kMultiTask, options.vocabulary);
    } else {
      names = row_columns(options);
    }
  }

  std::string header() const {
    if (challenge) return challenge->header();
    return options.format == RowFormat::kCsv ? csv_header(names) : "";
  }

  std::string line(std::vector<Cell> cells) const {
    cells.resize(names.size());
    return options.format == RowFormat::kCsv ? csv_line(cells) : json_line(names, cells);
  }

  std::string face_line(const FrameReading& frame, const FaceReading& face) const {
    std::vector<Cell> cells = frame_cells(frame);
    cells.insert(cells.end(), {Cell::whole(face.face_id), Cell::whole(1)});
    append_geometry(cells, face);
    append_reading(cells, face.prediction, options, frame.input);
    if (options.readings == RowReadings::kRawAndAdjusted) {
      append_reading(cells, face.adjusted.value_or(Prediction{}), options, frame.input);
    }
    return line(std::move(cells));
  }

  std::string empty_line(const FrameReading& frame) const {
    std::vector<Cell> cells = frame_cells(frame);
    cells.insert(cells.end(), {Cell(), Cell::whole(0)});
    return line(std::move(cells));
  }

  std::string challenge_line(const FrameReading& frame) {
    const FaceReading* face = main_face.choose(frame);
    const Prediction nothing;
    return challenge.value().line(abaw_name(frame, options.abaw_names),
                                  written_prediction(face != nullptr ? face->shown() : nothing,
                                                     options.vocabulary,
                                                     options.thresholds,
                                                     frame.input));
  }

  RowOptions options;
  std::vector<std::string> names;
  std::optional<ChallengeLines> challenge;
  MainFace main_face;
};

RowWriter::RowWriter(fs::path file, RowOptions options)
    : file_(std::move(file)),
      part_(file_.string() + ".part"),
      layout_(std::make_unique<Layout>(std::move(options))) {
  write_file_atomically(part_, layout_->header());
}

RowWriter::~RowWriter() = default;

std::string RowWriter::lines(const FrameReading& frame) {
  if (layout_->challenge) return layout_->challenge_line(frame);
  if (frame.faces.empty()) return layout_->empty_line(frame);
  std::string text;
  for (const FaceReading& face : frame.faces) text += layout_->face_line(frame, face);
  return text;
}

void RowWriter::write(const FrameReading& frame) {
  append_record(part_, lines(frame));
}

void RowWriter::finish() {
  move_into_place(part_, file_);
}

RowFormat row_format(const std::string& name) {
  if (name == "csv") return RowFormat::kCsv;
  if (name == "jsonl") return RowFormat::kJsonl;
  if (name == "abaw") return RowFormat::kAbaw;
  throw UsageError("format " + name + ": csv, jsonl or abaw");
}

std::string_view row_ending(RowFormat format) {
  switch (format) {
    case RowFormat::kCsv:
      return ".csv";
    case RowFormat::kJsonl:
      return ".jsonl";
    case RowFormat::kAbaw:
      return ".txt";
  }
  return "";
}

}  // namespace mien
