// Which inputs a command has done with, so that the same command goes on where it stopped. A log of
// JSON lines beside the outputs; docs/formats.md has it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>

namespace mien::cli {

/// What tells whether a file is the same as before.
struct FileMark {
  std::string path;  ///< canonical
  std::int64_t size = 0;
  std::int64_t modified = 0;  ///< nanoseconds
};
/// Throws DataError where there is no such file.
FileMark file_mark(const std::filesystem::path& file);

struct DoneInput {
  std::string output;         ///< its name below the output folder, without ending
  std::string problem;        ///< a line, where it was done with though something is wrong with it
  std::int64_t log_size = 0;  ///< bytes that a log beside it had when the input was done with
};

class WorkState {
 public:
  struct Identity {
    std::string command;  ///< "read"
    std::string options;  ///< JSON of everything that outputs depend on
  };
  /// Reads what an earlier call left; one of other options, or of another format, does not count,
  /// and a new log takes its place. Throws FailureError where nothing can be written.
  WorkState(std::filesystem::path file, const Identity& identity);

  /// What an earlier call or this one did with the file, if it is still the same.
  const DoneInput* find(const std::filesystem::path& input) const;
  /// From now on, also after a kill, the input counts as done. Throws FailureError.
  void add(const std::filesystem::path& input, const DoneInput& done);
  /// `log_size` of the input that was done with last; what the log holds beyond is of one that was
  /// not.
  std::int64_t log_size() const { return log_size_; }
  /// The log was there, but of other options.
  bool other_options() const { return other_options_; }

 private:
  struct Entry {
    FileMark mark;
    DoneInput done;
  };
  bool read(const std::string& text, const std::string& header);

  std::filesystem::path file_;
  std::map<std::string, Entry> entries_;
  bool other_options_ = false;
  std::int64_t log_size_ = 0;
};

}  // namespace mien::cli
