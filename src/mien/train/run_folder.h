// The folder of one training run: its files, its version, and the lock that keeps a second program
// out.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "mien/core/files.h"
#include "mien/data/counts.h"
#include "mien/nn/weights.h"
#include "mien/train/epoch_result.h"
#include "mien/train/train_options.h"

namespace mien {

/// What run.json says of a run beside its options.
struct RunRecord {
  std::int64_t seed = 0;
  std::int64_t threads = 0;  ///< as they were, never 0
  std::string device;        ///< as people read it
  std::string precision;     ///< float32 | bfloat16
  Vocabulary vocabulary;
  LabelCounts training;
  LabelCounts validation;
  std::string data;  ///< SHA-256 over the names and labels trained on
};

/// Files: options.toml, run.json, metrics.jsonl, best.safetensors, last.safetensors,
/// epoch-NNNN.safetensors, checkpoint.safetensors, .lock. docs/formats.md describes them.
class RunFolder {
 public:
  static constexpr const char* kOptionsName = "options.toml";
  static constexpr const char* kRecordName = "run.json";
  static constexpr const char* kMetricsName = "metrics.jsonl";

  /// Whether there is a run in it (it may be in use).
  static bool holds_run(const std::filesystem::path& folder);
  /// Throws UsageError unless a new run can begin there.
  static void check_free(const std::filesystem::path& folder);

  /// A new run. Throws as check_free does, UsageError where another program holds the folder.
  static RunFolder create(const std::filesystem::path& folder,
                          TrainOptions options,
                          const RunRecord& record);
  /// The run that is there. Throws DataError where there is none or it has another format version,
  /// UsageError where another program holds it.
  static RunFolder open(const std::filesystem::path& folder);

  const std::filesystem::path& path() const { return folder_; }
  std::filesystem::path options_file() const { return folder_ / kOptionsName; }
  std::filesystem::path metrics_file() const { return folder_ / kMetricsName; }
  std::filesystem::path best_file() const { return folder_ / kBestWeights; }
  std::filesystem::path last_file() const { return folder_ / "last.safetensors"; }
  std::filesystem::path checkpoint_file() const { return folder_ / "checkpoint.safetensors"; }
  std::filesystem::path epoch_file(std::int64_t epoch) const { return folder_ / epoch_name(epoch); }
  /// "epoch-0003.safetensors".
  static std::string epoch_name(std::int64_t epoch);
  /// The epochs whose weights lie in `folder` (`train.keep`), rising. None where there is no
  /// folder.
  static std::vector<std::int64_t> kept_epochs(const std::filesystem::path& folder);

  TrainOptions options() const;  ///< reads options.toml
  RunRecord record() const;      ///< seed, threads, device, precision and data of run.json

  void add_epoch(const EpochResult& result);
  /// Drops the lines of epochs after `last`, and half a line at the end.
  void keep_epochs(std::int64_t last);
  /// That epoch's line. Throws DataError where there is none.
  EpochResult epoch(std::int64_t number) const;

 private:
  explicit RunFolder(std::filesystem::path folder);

  std::filesystem::path folder_;
  std::unique_ptr<FolderLock> lock_;
};

}  // namespace mien
