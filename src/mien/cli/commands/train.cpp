#include <filesystem>

#include "mien/cli/commands/commands.h"
#include "mien/cli/recipes.h"
#include "mien/cli/training_report.h"
#include "mien/core/text.h"
#include "mien/error.h"
#include "mien/nn/network.h"
#include "mien/nn/weights.h"
#include "mien/report/table.h"
#include "mien/train/run_folder.h"
#include "mien/train/trainer.h"

namespace mien::cli {
namespace {

namespace fs = std::filesystem;

class Train : public Command {
 public:
  Syntax syntax() const override;

  void describe_options(Fields& fields) override {
    fields.add("output", output_, "folder of the new run");
    fields.add("resume", resume_, "run folder to go on with; its own options hold");
    fields.add("recipe",
               recipe_,
               "file, or name of a recipe that comes with mien; none: defaults alone "
               "(empty: the network's own)");
    describe(options_, fields);
  }

  void prepare(const Arguments& arguments) override;
  int run(const Arguments& arguments, Console& console, const StopFlag& stop) override;

 private:
  EpochResult train_or_resume(const TrainEvents& events, const StopFlag& stop) const;
  void check_resume(const Arguments& arguments) const;
  static void print_end(const EpochResult& best, const std::string& run, Console& console);

  std::string output_;
  std::string resume_;
  std::string recipe_;
  TrainOptions options_;
};

Syntax Train::syntax() const {
  Syntax syntax;
  syntax.name = "train";
  const std::string networks = join(network_names(), "|");
  syntax.summary = "train " + networks + "; resumable to the same bits";
  syntax.usage = "mien train " + networks +
                 " --data DIR [--recipe FILE|NAME] [--KEY=VALUE..] -o RUN\n"
                 "       mien train --resume RUN";
  syntax.positionals = {networks};
  syntax.aliases = {{"--data", "data.path"},
                    {"-o", "output"},
                    {"--task", "model.task"},
                    {"--dan", "model.dan"},
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
  syntax.examples = {"mien train dan --recipe dan-scratch --data faces -o runs/dan",
                     "mien train emma --data faces --dan runs/dan -o runs/emma",
                     "mien train vit --task expr --data faces --optim.batch=64 -o runs/vit"};
  return syntax;
}

void Train::prepare(const Arguments& arguments) {
  if (arguments.find("resume") != nullptr) return check_resume(arguments);
  if (arguments.positionals.empty()) {
    throw UsageError("which network? " + join(network_names(), ", ") +
                     "; usage: " + syntax().usage);
  }
  const std::string& network = arguments.positionals[0];
  network_kind(network);  // or it is an error that names the nearest
  const std::string* name = arguments.find("model.name");
  if (name != nullptr && *name != network) {
    throw UsageError("train " + network + " or train " + *name + "? --model.name says the other");
  }
  const std::string* named = arguments.find("recipe");
  const std::string* task = arguments.find("model.task");
  const std::string recipe =
      named != nullptr ? *named : default_recipe(network, task != nullptr ? *task : "");
  options_.model.name = network;
  if (recipe == "none") return;
  read_toml(fields_of(options_), find_recipe(recipe));
  if (options_.model.name != network) {
    throw UsageError("recipe " + recipe + " is for " + options_.model.name + ", not " + network);
  }
}

void Train::check_resume(const Arguments& arguments) const {
  const std::string& run = *arguments.find("resume");
  if (!arguments.positionals.empty() && RunFolder::holds_run(run)) {
    const std::string& network = arguments.positionals[0];
    TrainOptions options;
    read_toml(fields_of(options), fs::path(run) / RunFolder::kOptionsName);
    if (options.model.name != network) {
      throw UsageError(run + " is a run of " + options.model.name + ", not of " + network +
                       ": mien train " + options.model.name + " --resume " + run);
    }
  }
  for (const auto& [key, text] : arguments.settings) {
    if (key == "resume" || key == "quiet" || key == "log") continue;
    throw UsageError("--resume goes on with the options of the run; leave out --" + key);
  }
}

int Train::run(const Arguments& /*arguments*/, Console& console, const StopFlag& stop) {
  if (resume_.empty() && output_.empty()) throw OptionError("output", "where to? give -o RUN");
  const std::string run = resume_.empty() ? output_ : resume_;
  TrainingReport report(run, console);
  TrainEvents events;
  events.sink = console.sink();
  events.start = [&](const std::vector<std::string>& lines) {
    for (const std::string& line : lines) console.info(line);
  };
  events.epoch = [&](const EpochResult& result) { report.add(result); };
  const EpochResult best = train_or_resume(events, stop);
  print_end(best, run, console);
  return 0;
}

EpochResult Train::train_or_resume(const TrainEvents& events, const StopFlag& stop) const {
  if (!resume_.empty()) return resume_training(resume_, events, stop);
  options_.check();
  return train(options_, output_, events, stop);
}

void Train::print_end(const EpochResult& best, const std::string& run, Console& console) {
  const Scores& scores = best.validation.pooled;
  const std::string epoch = "best epoch " + std::to_string(best.epoch);
  if (scores.samples > 0) {
    console.print(scores_text(scores, best.validation.constant, epoch));
  } else if (scores.total) {
    console.print(epoch + ": " + brief_scores(scores));
  } else {
    console.print("trained " + std::to_string(best.epoch) +
                  " epochs, without a validation set to score on");
  }
  console.info("weights: " + weights_file(run).string() + "; plots: " + run +
               "/curves.png, confusion.png\n" + "next: mien evaluate " + run + " --data DIR");
}

}  // namespace

std::unique_ptr<Command> make_train() {
  return std::make_unique<Train>();
}

}  // namespace mien::cli
