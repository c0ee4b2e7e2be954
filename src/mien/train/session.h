// One program's part of a run: from where the checkpoint stands to the end, or to an interruption.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <vector>

#include "mien/data/loader.h"
#include "mien/train/checkpoint.h"
#include "mien/train/run_folder.h"
#include "mien/train/setup.h"
#include "mien/train/step.h"
#include "mien/train/trainer.h"

namespace mien {

class TrainSession {
 public:
  TrainSession(TrainOptions options,
               TrainingSetup setup,
               RunFolder folder,
               TrainEvents events,
               const StopFlag& stop);
  /// Takes up what a checkpoint holds. Before `run`.
  void go_on_from(const Checkpoint& checkpoint);
  /// Drops metrics of epochs that the checkpoint does not know, trains to the end, returns the best
  /// epoch. Throws as `train` and `resume_training` do (trainer.h).
  EpochResult run();

 private:
  /// Batches [begin, end) of an epoch that make one optimiser step.
  struct Group {
    std::int64_t begin = 0;
    std::int64_t end = 0;
    std::int64_t images = 0;
  };
  /// What is fixed while an epoch runs.
  struct EpochPlan {
    std::int64_t images = 0;
    std::int64_t batches = 0;
  };

  EpochPlan start_epoch();
  void train_epoch();
  void train_batch(const Batch& batch, const EpochPlan& plan);
  Group group_of(std::int64_t batch, const EpochPlan& plan) const;
  void step(const Group& group, const EpochPlan& plan);
  void finish_epoch();
  EvaluationReport validate();
  /// Of a network that learns without labels: its loss on the validation part, whole pictures with
  /// gaps that stay the same. Nothing where there is none.
  std::optional<double> held_out_loss();
  void show_reconstruction();
  /// Says how many pictures were passed over when there are more of them.
  void report_damaged();
  void save_weights(const EpochResult& result);
  void save_checkpoint();
  void report(const EpochPlan& plan) const;
  /// "epoch 3, batch 17 of 268": how many batches are done.
  std::string place(const EpochPlan& plan) const;
  [[noreturn]] void fail(const std::string& what, const EpochPlan& plan) const;
  [[noreturn]] void interrupt(const EpochPlan& plan);
  /// Between an epoch's last batch and its end.
  [[noreturn]] void interrupt_after_training();

  TrainOptions options_;
  TrainingSetup setup_;
  RunFolder folder_;
  TrainEvents events_;
  const StopFlag& stop_;
  Loader loader_;
  std::optional<Loader> validation_;
  Learner learner_;
  bool learns_without_labels_;
  TrainProgress progress_;
  std::optional<EpochResult> best_;  ///< if this program saw it
  at::Tensor shown_;                 ///< pictures for `show_reconstruction`, once it was asked
  std::size_t damaged_said_ = 0;
  std::int64_t steps_since_save_ = 0;
  std::int64_t images_here_ = 0;                ///< of the epoch, trained on by this program
  std::chrono::steady_clock::time_point mark_;  ///< up to here seconds are counted
  double seconds_here_ = 0;
};

}  // namespace mien
