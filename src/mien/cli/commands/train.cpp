#include "mien/cli/commands/commands.h"
#include "mien/cli/training_command.h"
#include "mien/core/text.h"
#include "mien/error.h"
#include "mien/nn/network.h"

namespace mien::cli {
namespace {

/// The networks that learn from labels.
std::vector<std::string> labelled_networks() {
  std::vector<std::string> names;
  for (std::string& name : network_names()) {
    if (!network_kind(name).learns_without_labels()) names.push_back(std::move(name));
  }
  return names;
}

class Train : public TrainingCommand {
 public:
  Syntax syntax() const override;
  void prepare(const Arguments& arguments) override;

 protected:
  std::string next_step(const std::string& run) const override {
    return "plots: " + run + "/curves.png, confusion.png\nnext: mien evaluate " + run +
           " --data DIR";
  }
};

Syntax Train::syntax() const {
  Syntax syntax = shared_syntax();
  syntax.name = "train";
  syntax.summary = "train a network from labelled faces; resumable to the same bits";
  syntax.usage =
      "mien train NETWORK --data DIR [--recipe FILE|NAME] [--KEY=VALUE..] -o RUN\n"
      "       mien train --resume RUN";
  syntax.positionals = {"NETWORK"};
  syntax.notes.insert(syntax.notes.begin(),
                      "Networks: " + join(labelled_networks(), ", ") +
                          "; `mien models` says what each learns and which recipe it takes.");
  const std::vector<Alias> own = {
      {"--data", "data.path"}, {"--task", "model.task"}, {"--dan", "model.dan"}};
  syntax.aliases.insert(syntax.aliases.begin(), own.begin(), own.end());
  syntax.examples = {"mien train dan --recipe dan-scratch --data faces -o runs/dan",
                     "mien train emma --data faces --dan runs/dan -o runs/emma",
                     "mien train vit --task expr --data faces --optim.batch=64 -o runs/vit"};
  return syntax;
}

void Train::prepare(const Arguments& arguments) {
  const std::string named = arguments.positionals.empty() ? "" : arguments.positionals[0];
  if (arguments.find("resume") != nullptr) return check_resume(arguments, named);
  if (named.empty()) {
    throw UsageError("which network? " + join(labelled_networks(), ", ") +
                     "; usage: " + syntax().usage);
  }
  // An unknown name is an error that names the nearest.
  if (network_kind(named).learns_without_labels()) {
    throw UsageError(named + " learns from pictures without labels: mien pretrain --data PICTURES");
  }
  const std::string* name = arguments.find("model.name");
  if (name != nullptr && *name != named) {
    throw UsageError("train " + named + " or train " + *name + "? --model.name says the other");
  }
  const std::string* task = arguments.find("model.task");
  read_recipe(arguments, named, task != nullptr ? *task : "");
}

}  // namespace

std::unique_ptr<Command> make_train() {
  return std::make_unique<Train>();
}

}  // namespace mien::cli
