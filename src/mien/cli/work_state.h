// Which inputs a command has done with, so that the same command goes on where it stopped. A log of
// JSON lines beside the outputs; docs/formats.md has it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "mien/core/options.h"

namespace mien::cli {

/// What tells whether a file is the same as before.
struct FileMark {
  std::string path;            ///< file_key
  std::int64_t size = -1;      ///< bytes; -1: there is no file that could be looked at
  std::int64_t modified = -1;  ///< nanoseconds
  bool there() const { return size >= 0; }
};
FileMark file_mark(const std::filesystem::path& file);
/// The one name of a file, however it was called, also of one that is gone.
std::string file_key(const std::filesystem::path& file);

/// The options as JSON, without the keys `aside`, and this program's version; of the `files` that
/// they name what tells whether they are the same. Throws DataError for a file that is not there.
std::string options_identity(const Fields& fields,
                             const std::vector<std::string>& aside,
                             const std::vector<std::string>& files);

struct DoneInput {
  std::string output;   ///< its name below the output folder, without ending
  std::string problem;  ///< a line, where it was done with though something is wrong with it
};

class WorkState {
 public:
  struct Identity {
    std::string command;  ///< "read"
    std::string options;  ///< JSON of everything that outputs depend on
  };
  /// Reads what earlier calls left, also under other options. Throws FailureError where nothing can
  /// be written.
  WorkState(std::filesystem::path file, const Identity& identity);

  /// What was done with the file under these options, if it is still the same.
  const DoneInput* find(const FileMark& now) const;
  /// The same, whatever has become of the file since.
  const DoneInput* recorded(const std::string& key) const;
  /// The output names of all inputs, under whatever options: file_key to name.
  std::map<std::string, std::string> outputs() const;
  /// Those of inputs that were last done with under other options.
  std::map<std::string, std::string> others() const;
  /// From now on, also after a kill, the input counts as done. `mark`: of the input before it was
  /// read; one that was not there is not noted. Throws FailureError.
  void add(const FileMark& mark, const DoneInput& done);

 private:
  struct Entry {
    FileMark mark;
    DoneInput done;
    bool own = true;  ///< done with under the options of this call
  };
  bool read(const std::string& text, const std::string& first);

  std::filesystem::path file_;
  std::string options_;  ///< the line that says them
  bool said_ = false;    ///< the log's last options are those of this call
  std::map<std::string, Entry> entries_;
};

}  // namespace mien::cli
