// Records of csv or jsonl, one after the other, as texts of cells. For the sources of this module.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace mien {

/// Memory is that of one record, which may be of at most 1 MiB. A record is one that a line end
/// follows; what comes after the last one is passed over.
class RecordReader {
 public:
  enum class Kind { kCsv, kJsonl };
  /// Throws DataError where the file cannot be read, or has no header (csv).
  RecordReader(const std::filesystem::path& file, Kind kind);

  /// csv: the header's names. jsonl: the first record's, empty where there is none.
  const std::vector<std::string>& names() const { return names_; }
  /// The next record's cells, one a name, empty where absent. False at the end. Throws DataError.
  bool next(std::vector<std::string>& cells);
  /// Throws DataError with the file and the line at which the last record began.
  [[noreturn]] void refuse(const std::string& what) const;

 private:
  bool next_text();
  void parse_csv(std::vector<std::string>& cells) const;
  void parse_json(std::vector<std::string>& names, std::vector<std::string>& cells) const;

  std::string name_;
  Kind kind_;
  std::ifstream stream_;
  std::vector<std::string> names_;
  std::string text_;                // the record's, without its line end
  std::vector<std::string> ahead_;  // jsonl: the first record, read for its names
  bool has_ahead_ = false;
  std::int64_t line_ = 0;       // where the record began, from 1
  std::int64_t next_line_ = 1;  // where the next begins
};

}  // namespace mien
