#include "mien/cli/help.h"

#include <algorithm>

#include "mien/cli/commands/commands.h"
#include "mien/core/text.h"

namespace mien::cli {
namespace {

class Help : public Command {
 public:
  Syntax syntax() const override {
    Syntax syntax;
    syntax.name = "help";
    syntax.summary = "show what there is, a command with every option, or one option";
    syntax.usage = "mien help [COMMAND|OPTION|reference]";
    syntax.positionals = {"COMMAND|OPTION..."};
    syntax.explains_flags = true;
    syntax.examples = {"mien help train", "mien help optim.layer_decay", "mien help optim"};
    return syntax;
  }

  void describe_options(Fields& /*fields*/) override {}

  int run(const Arguments& arguments, Console& console, const StopFlag& /*stop*/) override {
    const std::string name = join(arguments.positionals, " ");
    const auto& all = commands();
    const auto command = std::find_if(
        all.begin(), all.end(), [&](const CommandEntry& entry) { return entry.name == name; });
    if (name.empty()) {
      console.print(program_help());
    } else if (name == "reference") {
      console.print(reference_markdown());
    } else if (command != all.end()) {
      console.print(full_command_help(*command->make()));
    } else {
      console.print(option_help(name));
    }
    return 0;
  }
};

}  // namespace

std::unique_ptr<Command> make_help() {
  return std::make_unique<Help>();
}

}  // namespace mien::cli
