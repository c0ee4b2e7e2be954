// Delimited text (RFC 4180) a record at a time, with the line numbers that messages need.
#pragma once

#include <cstdint>
#include <deque>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mien {

/// Reads comma-separated records: quoted fields, CRLF or LF, a byte order mark and blank lines at
/// the end are passed over. Bytes are taken as they are, UTF-8 or not.
class TableReader {
 public:
  /// Reads the file. Throws DataError when it cannot be read or holds nothing.
  explicit TableReader(const std::filesystem::path& file, char separator = ',');
  TableReader(std::string text, std::string name, char separator = ',');
  TableReader(const TableReader&) = delete;
  TableReader& operator=(const TableReader&) = delete;

  /// Moves to the next record; false after the last. Throws DataError for a quote that never ends.
  bool next();
  /// Fields of the record; the views live until the next call of next().
  const std::vector<std::string_view>& fields() const { return fields_; }
  std::int64_t line() const { return line_; }  ///< first line of the record, from 1
  const std::string& file() const { return name_; }
  /// Position of a field's first byte in the file; nothing for a field that had to be unescaped.
  std::optional<std::int64_t> offset_of(std::size_t field) const;
  /// Rough number of records, for reserving.
  std::size_t estimated_records() const;

  /// Throws DataError at this record's line.
  [[noreturn]] void fail(const std::string& message) const;
  /// Throws DataError unless the record has that many fields.
  void expect_fields(std::size_t count) const;

 private:
  std::string_view quoted_field();
  std::string_view plain_field();

  std::string text_;
  std::string name_;
  char separator_;
  std::size_t position_ = 0;
  std::size_t end_ = 0;
  std::int64_t line_ = 0;
  std::int64_t next_line_ = 1;
  std::vector<std::string_view> fields_;
  std::deque<std::string> unescaped_;
};

/// The first line of a file without reading the rest; "" when it cannot be read.
std::string first_line(const std::filesystem::path& file);

}  // namespace mien
