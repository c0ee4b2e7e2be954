// What an epoch of training came to, and its line in metrics.jsonl.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "mien/evaluate/evaluate.h"

namespace mien {

/// In `losses`: that of the validation part, where a network learns without labels.
inline constexpr const char* kHeldOutLoss = "held_out";

/// One finished epoch.
struct EpochResult {
  std::int64_t epoch = 0;  ///< from 1
  double lr = 0;           ///< of the last step, before layer decay
  std::map<std::string, double>
      losses;  ///< by task ("expression", .., "total"): means over the batches with labels
  double gradient_norm = 0;      ///< mean before clipping
  double images_per_second = 0;  ///< of training, without validation
  double seconds = 0;            ///< training and validation
  EvaluationReport validation;
  bool best = false;  ///< the best so far
};

/// One JSON object without line breaks; `validation` as report_to_json has it, null without a
/// validation set.
std::string epoch_to_json(const EpochResult& result);
/// The numbers of such a line; of the validation scores the pooled means without their class
/// tables. Throws DataError naming `file`.
EpochResult epoch_from_json(std::string_view json, const std::string& file);

/// The epochs of a metrics.jsonl, none where there is no file. A last line without its end was cut
/// off by a kill and is passed over. Throws DataError.
std::vector<EpochResult> read_epochs(const std::filesystem::path& metrics);

}  // namespace mien
