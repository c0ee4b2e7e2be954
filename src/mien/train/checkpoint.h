// A checkpoint: everything that training needs to go on to the same bits, in one safetensors file.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>

#include "mien/nn/weights.h"
#include "mien/train/step.h"

namespace mien {

/// Running sums over the part of an epoch that is done.
struct EpochSums {
  struct Mean {
    double sum = 0;
    double count = 0;
    double value() const { return count > 0 ? sum / count : 0; }
  };
  std::map<std::string, Mean>
      losses;          ///< by task, over batches with labels, a batch weighing its size
  Mean gradient_norm;  ///< over optimiser steps
  std::int64_t images = 0;
  double seconds = 0;

  void add(const BatchLosses& batch, std::int64_t size);
};

/// Where training stands. Random state is not part of it: every number is drawn by (seed, epoch,
/// batch).
struct TrainProgress {
  std::int64_t epoch = 1;  ///< the epoch in hand, from 1; above the options' epochs: all are done
  std::int64_t batch = 0;  ///< batches of it that are done
  EpochSums sums;
  double lr = 0;                ///< of the last step
  std::int64_t best_epoch = 0;  ///< 0: none yet
  std::optional<double> best_total;
  bool finished = false;  ///< the last epoch is done, or training stopped early
};

/// Writes `state` (a Learner's) and progress, whole or not at all. `options` is the resolved
/// options' JSON.
void write_checkpoint(const std::filesystem::path& file,
                      StateDict state,
                      const TrainProgress& progress,
                      const std::string& options);

struct Checkpoint {
  StateDict state;
  TrainProgress progress;
  std::string options;
};
/// Throws DataError for a file that is no checkpoint, of another version, or damaged.
Checkpoint read_checkpoint(const std::filesystem::path& file);

}  // namespace mien
