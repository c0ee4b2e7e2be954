#include "mien/cli/commands/commands.h"
#include "mien/cli/training_command.h"
#include "mien/error.h"

namespace mien::cli {
namespace {

constexpr const char* kNetwork = "mae";

class Pretrain : public TrainingCommand {
 public:
  Syntax syntax() const override;

  void describe_options(Fields& fields) override {
    fields.add("pictures",
               pictures_,
               "folders (with all below them), lists or plain tar files of pictures; their labels "
               "do not matter");
    TrainingCommand::describe_options(fields);
  }

  void prepare(const Arguments& arguments) override {
    if (arguments.find("resume") != nullptr) return check_resume(arguments, kNetwork);
    const std::string* name = arguments.find("model.name");
    if (name != nullptr && *name != kNetwork) {
      throw UsageError(*name + " learns from labels: mien train " + *name);
    }
    read_recipe(arguments, kNetwork, "pretrain");
  }

 protected:
  /// What the command line names stands instead of what a recipe does.
  void settle() override {
    if (pictures_.empty()) return;
    DataOptions& data = options().data;
    data.path.clear();
    data.sets.clear();
    for (const std::string& path : pictures_) {
      SetOptions set;
      set.path = path;
      set.format = data.format;
      set.root = data.root;
      data.sets.push_back(set);
    }
    data.sets.front().validation = data.validation;
  }

  std::string next_step(const std::string& run) const override {
    return "pictures: " + run + "/reconstruction.png, curves.png\nnext: mien reconstruct " + run +
           " PICTURE.., mien train emma --backbone " + run + " ..";
  }

 private:
  std::vector<std::string> pictures_;
};

Syntax Pretrain::syntax() const {
  Syntax syntax = shared_syntax();
  syntax.name = "pretrain";
  syntax.summary = "teach a transformer to see faces, from pictures without labels (MAE)";
  syntax.usage =
      "mien pretrain --data PICTURES [--data MORE..] [--recipe FILE|NAME] [--KEY=VALUE..] -o RUN\n"
      "       mien pretrain --resume RUN";
  syntax.aliases.insert(syntax.aliases.begin(), Alias{"--data", "pictures"});
  syntax.main_options.emplace_back("model.decoder");
  syntax.examples = {
      "mien pretrain --recipe mae-small --data faces -o runs/mae",
      "mien pretrain --data crops --data shards/000.tar --data list.txt -o runs/mae",
      "mien train emma --backbone runs/mae --data faces --dan runs/dan -o runs/emma"};
  syntax.notes = {
      "A folder is taken with all pictures and tar files below it. --data.format=abaw-mtl (or "
      "another "
      "format) takes a labelled set's training part alone. Pictures that cannot be read are "
      "counted "
      "and passed over."};
  return syntax;
}

}  // namespace

std::unique_ptr<Command> make_pretrain() {
  return std::make_unique<Pretrain>();
}

}  // namespace mien::cli
