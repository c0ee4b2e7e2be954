#include <algorithm>
#include <optional>
#include <utility>

#include "mien/core/text.h"
#include "mien/error.h"
#include "mien/report/record_reader.h"
#include "mien/report/row_columns.h"
#include "mien/report/rows.h"

namespace mien {
namespace {

using Cells = std::vector<std::string>;

/// Where one prediction's columns lie.
struct ReadingColumns {
  std::optional<std::size_t> valence, arousal;
  std::vector<std::size_t> classes;
  std::vector<std::size_t> units;
};

/// What follows the prefix, or nothing where the name does not begin so.
std::optional<std::string> without_prefix(const std::string& name, std::string_view prefix) {
  if (name.compare(0, prefix.size(), prefix) != 0) return std::nullopt;
  return name.substr(prefix.size());
}

/// Finds the columns with this prefix and, where wanted, notes what they name.
ReadingColumns find_columns(const Cells& names, std::string_view prefix, Vocabulary* vocabulary) {
  ReadingColumns columns;
  Vocabulary found;
  for (std::size_t i = kRowColumns.size(); i < names.size(); ++i) {
    const std::optional<std::string> name = without_prefix(names[i], prefix);
    const bool adjusted_too = prefix.empty() && without_prefix(names[i], kAdjustedPrefix);
    if (!name || adjusted_too) continue;
    if (*name == "valence") columns.valence = i;
    if (*name == "arousal") columns.arousal = i;
    if (const auto expression = without_prefix(*name, "p_")) {
      columns.classes.push_back(i);
      found.expressions.push_back(*expression);
    }
    // A unit's probability is told by the decision that goes with it.
    if (std::find(names.begin(), names.end(), names[i] + "_c") != names.end()) {
      columns.units.push_back(i);
      found.action_units.push_back(*name);
    }
  }
  found.valence_arousal = columns.valence && columns.arousal;
  if (vocabulary != nullptr) *vocabulary = std::move(found);
  return columns;
}

RecordReader::Kind record_kind(RowFormat format) {
  if (format == RowFormat::kAbaw) {
    throw UsageError("rows of the format abaw cannot be read back; write csv or jsonl");
  }
  return format == RowFormat::kCsv ? RecordReader::Kind::kCsv : RecordReader::Kind::kJsonl;
}

}  // namespace

class RowReader::Source {
 public:
  Source(const std::filesystem::path& file, RowFormat format)
      : records_(file, record_kind(format)) {
    const Cells& names = records_.names();
    // A jsonl file without rows says nothing of its columns.
    if (names.empty()) return;
    if (names.size() < kRowColumns.size() ||
        !std::equal(kRowColumns.begin(), kRowColumns.end(), names.begin())) {
      throw DataError(file.string(),
                      "has other columns than rows of readings (docs/readings.md names them)");
    }
    raw_ = find_columns(names, "", &vocabulary_);
    Vocabulary adjusted;
    adjusted_ = find_columns(names, kAdjustedPrefix, &adjusted);
    if (adjusted != Vocabulary{}) readings_ = RowReadings::kRawAndAdjusted;
  }

  const Vocabulary& vocabulary() const { return vocabulary_; }
  RowReadings readings() const { return readings_; }

  bool next(FrameReading& frame) {
    if (!has_row_ && !advance()) return false;
    frame = FrameReading{};
    frame.input = row_[kInputColumn];
    frame.frame = whole(kFrameColumn);
    frame.timestamp = number(kTimestampColumn);
    do {
      if (row_[kSuccessColumn] != "1") {
        has_row_ = false;
        return true;
      }
      FaceReading face = read_face();
      if (has_id(frame, face.face_id)) return true;
      frame.faces.push_back(std::move(face));
    } while (advance() && row_[kSuccessColumn] == "1" && row_[kInputColumn] == frame.input &&
             whole(kFrameColumn) == frame.frame);
    return true;
  }

 private:
  static bool has_id(const FrameReading& frame, std::int64_t id) {
    return id != 0 && std::any_of(frame.faces.begin(), frame.faces.end(), [&](const auto& face) {
             return face.face_id == id;
           });
  }

  bool advance() {
    has_row_ = records_.next(row_);
    return has_row_;
  }

  double number(std::size_t column) const {
    const std::optional<double> value = parse_double(row_[column]);
    if (!value) refuse(column, "a number");
    return *value;
  }

  std::int64_t whole(std::size_t column) const {
    const std::optional<std::int64_t> value = parse_integer(row_[column]);
    if (!value) refuse(column, "a whole number");
    return *value;
  }

  [[noreturn]] void refuse(std::size_t column, const std::string& wanted) const {
    records_.refuse(records_.names()[column] + " is \"" + row_[column] + "\" where " + wanted +
                    " is needed");
  }

  float pixels(std::size_t column) const { return static_cast<float>(number(column)); }

  FaceReading read_face() const {
    FaceReading face;
    face.face_id = whole(kFaceIdColumn);
    face.confidence = number(kConfidenceColumn);
    face.box = {
        pixels(kBoxColumn), pixels(kBoxColumn + 1), pixels(kBoxColumn + 2), pixels(kBoxColumn + 3)};
    if (!row_[kLandmarksColumn].empty()) {
      Landmarks points;
      for (std::size_t i = 0; i < kFacePoints; ++i) {
        points[i] = {pixels(kLandmarksColumn + 2 * i), pixels(kLandmarksColumn + 2 * i + 1)};
      }
      face.landmarks = points;
    }
    if (!row_[kPoseColumn].empty()) {
      face.pose =
          HeadPose{number(kPoseColumn), number(kPoseColumn + 1), number(kPoseColumn + 2), 0};
    }
    if (!row_[kQualityColumn].empty()) face.quality = number(kQualityColumn);
    face.prediction = read_prediction(raw_);
    if (readings_ == RowReadings::kRawAndAdjusted) face.adjusted = read_adjusted();
    return face;
  }

  Prediction read_prediction(const ReadingColumns& columns) const {
    const auto optional = [&](const std::optional<std::size_t>& column) -> std::optional<float> {
      if (!column || row_[*column].empty()) return std::nullopt;
      return pixels(*column);
    };
    // A network gives all of a kind or nothing of it.
    const auto all = [&](const std::vector<std::size_t>& places) {
      std::vector<float> values;
      if (places.empty() || row_[places.front()].empty()) return values;
      for (const std::size_t place : places) values.push_back(pixels(place));
      return values;
    };
    return {optional(columns.valence),
            optional(columns.arousal),
            all(columns.classes),
            all(columns.units)};
  }

  std::optional<Prediction> read_adjusted() const {
    Prediction prediction = read_prediction(adjusted_);
    const bool nothing = !prediction.valence && !prediction.arousal &&
                         prediction.expression.empty() && prediction.action_units.empty();
    if (nothing) return std::nullopt;
    return prediction;
  }

  RecordReader records_;
  Vocabulary vocabulary_;
  RowReadings readings_ = RowReadings::kRaw;
  ReadingColumns raw_;
  ReadingColumns adjusted_;
  Cells row_;
  bool has_row_ = false;
};

RowReader::RowReader(const std::filesystem::path& file, RowFormat format)
    : source_(std::make_unique<Source>(file, format)) {}
RowReader::~RowReader() = default;

const Vocabulary& RowReader::vocabulary() const {
  return source_->vocabulary();
}

RowReadings RowReader::readings() const {
  return source_->readings();
}

bool RowReader::next(FrameReading& frame) {
  return source_->next(frame);
}

}  // namespace mien
