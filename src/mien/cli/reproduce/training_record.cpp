#include "mien/cli/reproduce/training_record.h"

#include <nlohmann/json.hpp>

#include "mien/core/files.h"
#include "mien/error.h"

namespace mien::cli {

namespace {
constexpr int kFormat = 1;
}  // namespace

std::optional<TrainingRecord> read_training_record(const std::filesystem::path& file) {
  if (!std::filesystem::exists(file)) return std::nullopt;
  try {
    const auto json = nlohmann::json::parse(read_file(file));
    if (json.at("format").get<int>() != kFormat) {
      throw DataError(file.string(), "is of another version of mien: give another -o");
    }
    return TrainingRecord{json.at("command").get<std::vector<std::string>>(),
                          json.at("stands_on").get<std::vector<std::string>>(),
                          json.at("finished").get<bool>(),
                          json.at("seconds").get<double>(),
                          json.at("peak_mebibytes").get<double>()};
  } catch (const nlohmann::json::exception&) {
    throw DataError(file.string(), "is no record of a training: remove it and its run folder");
  }
}

void write_training_record(const TrainingRecord& record, const std::filesystem::path& file) {
  const nlohmann::ordered_json json = {{"format", kFormat},
                                       {"command", record.command},
                                       {"stands_on", record.stands_on},
                                       {"finished", record.finished},
                                       {"seconds", record.seconds},
                                       {"peak_mebibytes", record.peak_mebibytes}};
  write_file_atomically(file, json.dump(2) + "\n");
}

}  // namespace mien::cli
