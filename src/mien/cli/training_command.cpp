#include "mien/cli/training_command.h"

#include <filesystem>

#include "mien/cli/recipes.h"
#include "mien/cli/training_report.h"
#include "mien/core/text.h"
#include "mien/error.h"
#include "mien/nn/network.h"
#include "mien/nn/weights.h"
#include "mien/report/table.h"
#include "mien/train/run_folder.h"

namespace mien::cli {

namespace fs = std::filesystem;

void TrainingCommand::describe_options(Fields& fields) {
  fields.add("output", output_, "folder of the new run");
  fields.add("resume", resume_, "run folder to go on with; its own options hold");
  fields.add("recipe",
             recipe_,
             "file, or name of a recipe that comes with mien; none: defaults alone "
             "(empty: the network's own)");
  describe(options_, fields);
}

Syntax TrainingCommand::shared_syntax() {
  Syntax syntax;
  syntax.aliases = {{"-o", "output"},
                    {"--backbone", "model.backbone"},
                    {"--mask", "model.mask"},
                    {"--device", "train.device"},
                    {"--precision", "train.precision"},
                    {"--threads", "train.threads"},
                    {"--seed", "train.seed"}};
  syntax.main_options = {"recipe",
                         "resume",
                         "model.vit",
                         "input.size",
                         "optim.batch",
                         "optim.epochs",
                         "optim.lr",
                         "train.early_stop",
                         "train.keep"};
  return syntax;
}

void TrainingCommand::read_recipe(const Arguments& arguments,
                                  const std::string& network,
                                  const std::string& task) {
  const std::string* named = arguments.find("recipe");
  const std::string recipe = named != nullptr ? *named : default_recipe(network, task);
  options_.model.name = network;
  if (recipe == "none") return;
  read_toml(fields_of(options_), find_recipe(recipe));
  if (options_.model.name != network) {
    throw UsageError("recipe " + recipe + " is for " + options_.model.name + ", not " + network);
  }
}

void TrainingCommand::check_resume(const Arguments& arguments, const std::string& network) {
  const std::string& run = *arguments.find("resume");
  if (!network.empty() && RunFolder::holds_run(run)) {
    TrainOptions options;
    read_toml(fields_of(options), fs::path(run) / RunFolder::kOptionsName);
    if (options.model.name != network) {
      throw UsageError(run + " is a run of " + options.model.name + ", not of " + network + ": " +
                       training_command(options.model.name) + " --resume " + run);
    }
  }
  for (const auto& [key, text] : arguments.settings) {
    if (key == "resume" || key == "quiet" || key == "log") continue;
    throw UsageError("--resume goes on with the options of the run; leave out --" + key);
  }
}

int TrainingCommand::run(const Arguments& /*arguments*/, Console& console, const StopFlag& stop) {
  if (resume_.empty() && output_.empty()) throw OptionError("output", "where to? give -o RUN");
  const std::string run = resume_.empty() ? output_ : resume_;
  TrainingReport report(run, console);
  TrainEvents events;
  events.sink = console.sink();
  events.start = [&](const std::vector<std::string>& lines) {
    for (const std::string& line : lines) console.info(line);
  };
  events.epoch = [&](const EpochResult& result) { report.add(result); };
  events.reconstruction = [&](const ShownReconstruction& shown) { report.show(shown); };
  const EpochResult best = train_or_resume(events, stop);
  print_end(best, run, console);
  return 0;
}

EpochResult TrainingCommand::train_or_resume(const TrainEvents& events, const StopFlag& stop) {
  if (!resume_.empty()) return resume_training(resume_, events, stop);
  settle();
  options_.check();
  return train(options_, output_, events, stop);
}

void TrainingCommand::print_end(const EpochResult& best,
                                const std::string& run,
                                Console& console) const {
  const Scores& scores = best.validation.pooled;
  const std::string epoch = "best epoch " + std::to_string(best.epoch);
  if (scores.samples > 0) {
    console.print(scores_text(scores, best.validation.constant, epoch));
  } else if (scores.total) {
    console.print(epoch + ": " + brief_scores(scores));
  } else {
    const auto loss = best.losses.find(kHeldOutLoss);
    console.print(loss != best.losses.end()
                      ? epoch + ": loss on the validation part " + number_text(loss->second, 4)
                      : "trained " + std::to_string(best.epoch) +
                            " epochs, without a validation set to score on");
  }
  console.info("weights: " + weights_file(run).string() + "; " + next_step(run));
}

}  // namespace mien::cli
