// The training of one run: epochs of accumulated steps, validation, checkpoints, the run folder.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "mien/core/events.h"
#include "mien/train/epoch_result.h"
#include "mien/train/shown_reconstruction.h"
#include "mien/train/train_options.h"

namespace mien {

/// What a caller may watch; every member may stay empty. Called from the training thread.
struct TrainEvents {
  EventSink sink;
  /// After each epoch, when its weights and checkpoint are on disk.
  std::function<void(const EpochResult&)> epoch;
  /// After each epoch of a network that fills gaps: the same few pictures with the same gaps.
  std::function<void(const ShownReconstruction&)> reconstruction;
  /// Before the first step: what is trained on, as text lines (device, sets, counts, parameters).
  std::function<void(const std::vector<std::string>&)> start;
};

/// Trains in `run` (made if it is not there; UsageError if it holds a run already or is in use).
/// Returns the best epoch. Throws Error(kInterrupted) after saving when `stop` is set, FailureError
/// naming task, epoch and step when a loss is not finite; the weights of the last good epoch stay.
EpochResult train(const TrainOptions& options,
                  const std::filesystem::path& run,
                  const TrainEvents& events,
                  const StopFlag& stop);
/// Goes on with the run that the folder holds, from its checkpoint, to the same bits as if it had
/// never stopped. DataError where there is no run, one of another version, or one whose data has
/// changed. Of a best epoch before the checkpoint only the numbers of metrics.jsonl come back, not
/// the class tables.
EpochResult resume_training(const std::filesystem::path& run,
                            const TrainEvents& events,
                            const StopFlag& stop);

}  // namespace mien
