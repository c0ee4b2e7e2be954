// Readings as rows: csv, jsonl, and the challenge's own list. docs/readings.md says what each
// column means.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "mien/reading.h"

namespace mien {

enum class RowFormat { kCsv, kJsonl, kAbaw };
RowFormat row_format(const std::string& name);  ///< "csv", "jsonl", "abaw"; else UsageError
std::string_view row_ending(RowFormat format);  ///< ".csv", ".jsonl", ".txt"

/// What `abaw` calls a frame. kFrames: VIDEO/00001.jpg, the input's name without its ending and the
/// frame's number from 1. kFiles: the input's last folder and its name, as pictures in ABAW's
/// layout are called.
enum class AbawNames { kFrames, kFiles };

/// Readings as they come, or also smoothed over time or corrected by each person's neutral face.
enum class RowReadings { kRaw, kRawAndAdjusted };

struct RowOptions {
  RowFormat format = RowFormat::kCsv;
  Vocabulary vocabulary;           ///< what the network gives; only that has columns
  std::vector<double> thresholds;  ///< one probability a unit, empty: 0.5 each; present when >=
  RowReadings readings = RowReadings::kRaw;
  AbawNames abaw_names = AbawNames::kFrames;
};

/// The columns of csv and the names of jsonl:
///   input, frame, timestamp, face_id, success, confidence, x, y, width, height, left_eye_x ..
///   mouth_right_y, pitch, yaw, roll, quality, valence, arousal, expression, p_<class> ..,
///   AU01 .., AU01_c ..
/// and with kRawAndAdjusted the same from `valence` on with the prefix adjusted_.
std::vector<std::string> row_columns(const RowOptions& options);

/// Writes rows into NAME.part as they come; `finish` gives the file its name. A row a face, in the
/// order of the faces; a frame without one has a row with success 0. A frame's rows are appended
/// with one write, so what a killed program leaves are complete rows.
///   csv    cells are empty where there is nothing; RFC 4180 quoting; lines end in a line feed
///   jsonl  every row has every name, null where there is nothing
///   abaw   one row a frame, of the adjusted reading where there is one, as write_predictions
///          writes it, -5 and -1 for a frame without a face. Of several faces it takes the one with
///          the largest box, and stays with that person (same face_id, same input) until a face
///          with more than twice their area is there or they are gone.
class RowWriter {
 public:
  /// Makes NAME.part with the header, in place of one that an ended program left. Throws UsageError
  /// where abaw needs what the network does not give, FailureError where nothing can be written.
  RowWriter(std::filesystem::path file, RowOptions options);
  ~RowWriter();  ///< What was not finished stays in NAME.part.
  RowWriter(const RowWriter&) = delete;
  RowWriter& operator=(const RowWriter&) = delete;

  /// Throws FailureError where the rows do not fit on the disk (NAME.part then ends after the frame
  /// before), UsageError where a prediction is not the vocabulary's.
  void write(const FrameReading& frame);
  /// Everything is on the disk under the final name when it returns. Throws FailureError; then what
  /// had that name before is as it was.
  void finish();
  const std::filesystem::path& part() const { return part_; }  ///< NAME.part

 private:
  struct Layout;
  std::string lines(const FrameReading& frame);

  std::filesystem::path file_;
  std::filesystem::path part_;
  std::unique_ptr<Layout> layout_;
};

/// Reads csv or jsonl rows back, frame by frame, in memory that does not grow with the file. What
/// rows do not hold is lost: digits, what valence and arousal had beyond [-1, 1], a pose's misfit.
/// A last row without its line end was cut off by a kill and is passed over. A second face of one
/// id in one frame begins the next frame: the same picture was read twice.
class RowReader {
 public:
  /// Throws DataError: no such file, not rows. `format` is kCsv or kJsonl (else UsageError).
  RowReader(const std::filesystem::path& file, RowFormat format);
  ~RowReader();
  RowReader(const RowReader&) = delete;
  RowReader& operator=(const RowReader&) = delete;

  /// What the columns name; for jsonl what the first row names.
  const Vocabulary& vocabulary() const;
  RowReadings readings() const;
  /// False at the end. Throws DataError naming the line of a row that cannot be read.
  bool next(FrameReading& frame);

 private:
  class Source;
  std::unique_ptr<Source> source_;
};

}  // namespace mien
