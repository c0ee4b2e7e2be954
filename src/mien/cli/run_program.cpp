#include <algorithm>
#include <exception>
#include <new>

#include "mien/cli/command.h"
#include "mien/cli/help.h"
#include "mien/cli/parse.h"
#include "mien/core/text.h"
#include "mien/error.h"
#include "mien/version.h"

namespace mien::cli {
namespace {

using Words = std::vector<std::string>;

constexpr int kUsage = static_cast<int>(ErrorKind::kUsage);
constexpr int kFailure = static_cast<int>(ErrorKind::kFailure);

/// How many words of the front name the command; 0 where they do not.
std::size_t words_of(const CommandEntry& entry, const Words& words) {
  const auto name = split(entry.name, ' ');
  const bool fits =
      words.size() >= name.size() && std::equal(name.begin(), name.end(), words.begin());
  return fits ? name.size() : 0;
}

UsageError unknown_command(const Words& words) {
  std::vector<std::string> names;
  std::string group;
  for (const CommandEntry& entry : commands()) {
    names.push_back(entry.name);
    if (entry.name.compare(0, words[0].size() + 1, words[0] + " ") == 0) {
      group += (group.empty() ? "" : " or ") + ("mien " + entry.name);
    }
  }
  if (!group.empty() && words.size() == 1)
    return UsageError("mien " + words[0] + " what? " + group);
  const std::string written = group.empty() ? words[0] : words[0] + " " + words[1];
  const std::string nearest = nearest_name(written, names);
  return UsageError(
      "unknown command " + written +
      (nearest.empty() ? "; mien help lists the commands" : "; did you mean " + nearest + "?"));
}

const CommandEntry& command_of(const Words& words) {
  for (const CommandEntry& entry : commands()) {
    if (words_of(entry, words) > 0) return entry;
  }
  throw unknown_command(words);
}

int run_command(const Words& words, Console& console, const StopFlag& stop) {
  const CommandEntry& entry = command_of(words);
  const std::unique_ptr<Command> command = entry.make();
  const Fields fields = command->fields();
  const auto skipped = static_cast<std::ptrdiff_t>(words_of(entry, words));
  const Arguments arguments =
      parse_arguments(command->syntax(), fields, Words(words.begin() + skipped, words.end()));
  if (arguments.find("help") != nullptr) {
    console.print(command_help(*command));
    return 0;
  }
  command->prepare(arguments);
  for (const auto& [key, text] : arguments.settings) set_option(fields, key, text);
  console.set_quiet(command->general().quiet);
  console.set_style(command->general().log == "json" ? LogStyle::kJson : LogStyle::kText);
  const int code = command->run(arguments, console, stop);
  console.end_progress();
  return code;
}

/// libtorch appends where in its sources an error came from: the first line is for users.
std::string first_line(const std::string& text) {
  return text.substr(0, text.find('\n'));
}

}  // namespace

int run_program(const std::vector<std::string>& arguments, Console& console, const StopFlag& stop) {
  try {
    if (arguments.empty()) {
      console.print(program_help());
      return kUsage;
    }
    if (arguments[0] == "--version") {
      console.print("mien " + std::string(kVersion));
      return 0;
    }
    if (arguments[0] == "--help" || arguments[0] == "-h") {
      console.print(program_help());
      return 0;
    }
    return run_command(arguments, console, stop);
  } catch (const OptionError& error) {
    const std::string text = error.what();
    const bool begins = text.starts_with(error.key());
    console.error(begins ? flag_of(error.key()) + text.substr(error.key().size()) : text);
    return error.exit_code();
  } catch (const Error& error) {
    console.error(error.what());
    return error.exit_code();
  } catch (const std::bad_alloc&) {
    console.error("out of memory");
    return kFailure;
  } catch (const std::exception& error) {
    console.error(first_line(error.what()));
    return kFailure;
  }
}

}  // namespace mien::cli
