// A command of the program: its name, its help, its options, what it does. One file a command in
// commands/; the table in commands.cpp lists them. Only this module prints or exits.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "mien/cli/console.h"
#include "mien/core/events.h"
#include "mien/core/options.h"

namespace mien::cli {

/// A short flag that stands for a dotted key: "--data" for "data.path".
struct Alias {
  std::string flag;
  std::string key;
};

/// What a command needs from the command line.
struct Syntax {
  std::string name;                      ///< "train", "data check"
  std::string summary;                   ///< one line
  std::string usage;                     ///< "mien evaluate RUN|FILE --data DIR"
  std::vector<std::string> positionals;  ///< names of positional arguments; last may end in "..."
  std::size_t required = 0;              ///< how many of them must be there
  std::vector<Alias> aliases;
  std::vector<std::string> main_options;  ///< keys that `--help` shows, beside those with an alias
  std::vector<std::string> examples;
  std::vector<std::string> notes;  ///< paragraphs of help: where outputs go
  bool explains_flags = false;     ///< `mien help --optim.lr`: flags of other commands are words
};

/// The parsed command line.
struct Arguments {
  std::vector<std::string> positionals;
  std::vector<std::pair<std::string, std::string>> settings;  ///< dotted key, text; in order
  /// The text that was given for the key, or nullptr.
  const std::string* find(const std::string& key) const;
};

/// Options that every command has.
struct GeneralOptions {
  bool quiet = false;
  std::string log = "text";
  bool help = false;
};
void describe(GeneralOptions& options, Fields& fields);

class Command {
 public:
  virtual ~Command() = default;
  virtual Syntax syntax() const = 0;
  /// Names the options that flags set; they live as long as the command object.
  virtual void describe_options(Fields& fields) = 0;
  /// Reads what lies below the flags (a recipe); called before they are set.
  virtual void prepare(const Arguments& /*arguments*/) {}
  /// Runs with the options set. Throws mien::Error; returns the exit code otherwise.
  virtual int run(const Arguments& arguments, Console& console, const StopFlag& stop) = 0;

  /// The command's options and the general ones.
  Fields fields();
  const GeneralOptions& general() const { return general_; }

 private:
  GeneralOptions general_;
};
/// How help and messages write the option: "--min-face" for min_face; dotted keys are recipes' too
/// and stay as they are: "--optim.layer_decay". Both spellings of both are taken.
std::string flag_of(const std::string& key);

/// The aliases of a command and those of the general options.
std::vector<Alias> all_aliases(const Syntax& syntax);

using CommandFactory = std::unique_ptr<Command> (*)();
struct CommandEntry {
  std::string name;
  CommandFactory make;
};
/// Every command, in the order of `mien help`.
const std::vector<CommandEntry>& commands();

/// The program without `main`: parses, runs, maps errors to exit codes.
int run_program(const std::vector<std::string>& arguments, Console& console, const StopFlag& stop);

}  // namespace mien::cli
