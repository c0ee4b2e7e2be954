// What `mien train` and `mien pretrain` have in common: the options, the run, its report.
#pragma once

#include <string>

#include "mien/cli/command.h"
#include "mien/train/trainer.h"

namespace mien::cli {

class TrainingCommand : public Command {
 public:
  void describe_options(Fields& fields) override;
  int run(const Arguments& arguments, Console& console, const StopFlag& stop) override;

 protected:
  /// The command with its aliases and main options; a derived one adds to it.
  static Syntax shared_syntax();
  /// Reads the recipe that is named, or the network's own for `task`, into the options.
  void read_recipe(const Arguments& arguments, const std::string& network, const std::string& task);
  /// Refuses options beside --resume. `network` where one was named, else empty.
  static void check_resume(const Arguments& arguments, const std::string& network);
  /// What a derived command makes of its own options before training starts.
  virtual void settle() {}
  /// What comes after the training, for people.
  virtual std::string next_step(const std::string& run) const = 0;
  TrainOptions& options() { return options_; }

 private:
  EpochResult train_or_resume(const TrainEvents& events, const StopFlag& stop);
  void print_end(const EpochResult& best, const std::string& run, Console& console) const;

  std::string output_;
  std::string resume_;
  std::string recipe_;
  TrainOptions options_;
};

}  // namespace mien::cli
