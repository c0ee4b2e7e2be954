#include "mien/train/trainer.h"

#include <utility>

#include "mien/error.h"
#include "mien/train/checkpoint.h"
#include "mien/train/run_folder.h"
#include "mien/train/session.h"
#include "mien/train/setup.h"

namespace mien {
namespace {

namespace fs = std::filesystem;

void check_same_run(const RunFolder& run, const RunRecord& now, const EventSink& events) {
  const RunRecord before = run.record();
  if (before.data != now.data) {
    throw DataError(
        (run.path() / RunFolder::kRecordName).string(),
        "the training sets are not what this run began with (other pictures or labels): "
        "bring them back, or begin a new run");
  }
  const auto place = [](const RunRecord& record) {  // "CPU", or "GPU": the first word
    return record.device.substr(0, record.device.find(' ')) + ", " +
           std::to_string(record.threads) + " threads, " + record.precision;
  };
  if (place(before) != place(now)) {
    events.warn("this run began with " + place(before) + ", and now there is " + place(now) +
                ": it goes on, but not to the same bits");
  }
}

/// Options that the checkpoint's program did not know yet have their defaults.
void check_same_options(TrainOptions options, const Checkpoint& checkpoint, const fs::path& file) {
  TrainOptions before;
  read_json(fields_of(before), checkpoint.options, "the checkpoint's options");
  if (to_json(fields_of(options)) == to_json(fields_of(before))) return;
  throw DataError(
      file.string(),
      "was changed after the run began, and its checkpoint was made with other options: undo "
      "the change, or begin a new run");
}

}  // namespace

EpochResult train(const TrainOptions& options,
                  const fs::path& run,
                  const TrainEvents& events,
                  const StopFlag& stop) {
  RunFolder::check_free(run);
  TrainOptions resolved = options;
  resolved.check();
  resolve_options(resolved);
  TrainingSetup setup = prepare_training(resolved, StartFrom::kOptions, events.sink);
  RunFolder folder = RunFolder::create(run, resolved, setup_record(setup, resolved));
  TrainSession session(std::move(resolved), std::move(setup), std::move(folder), events, stop);
  return session.run();
}

EpochResult resume_training(const fs::path& run, const TrainEvents& events, const StopFlag& stop) {
  RunFolder folder = RunFolder::open(run);
  TrainOptions options = folder.options();
  std::optional<Checkpoint> checkpoint;
  if (fs::exists(folder.checkpoint_file())) {
    checkpoint = read_checkpoint(folder.checkpoint_file());
    check_same_options(options, *checkpoint, folder.options_file());
  }
  if (checkpoint && checkpoint->progress.finished) {
    events.sink.info("the run in " + run.string() + " has finished its training already");
    return folder.epoch(checkpoint->progress.best_epoch);
  }
  const StartFrom start = checkpoint ? StartFrom::kCheckpoint : StartFrom::kOptions;
  TrainingSetup setup = prepare_training(options, start, events.sink);
  check_same_run(folder, setup_record(setup, options), events.sink);
  TrainSession session(std::move(options), std::move(setup), std::move(folder), events, stop);
  if (checkpoint) session.go_on_from(*checkpoint);
  return session.run();
}

}  // namespace mien
