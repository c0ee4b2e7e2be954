// What is known of a training of a table, in a file beside its run folder.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace mien::cli {

struct TrainingRecord {
  std::vector<std::string> command;    ///< the arguments that made it
  std::vector<std::string> stands_on;  ///< SHA-256 of the weights that it started from
  bool finished = false;
  double seconds = 0;         ///< over all its parts
  double peak_mebibytes = 0;  ///< the most of them
};
/// Nothing where there is no file. Throws DataError where it holds something else.
std::optional<TrainingRecord> read_training_record(const std::filesystem::path& file);
void write_training_record(const TrainingRecord& record, const std::filesystem::path& file);

}  // namespace mien::cli
