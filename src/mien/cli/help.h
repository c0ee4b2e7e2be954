// Help, made from the same descriptions as the flags.
#pragma once

#include <string>

#include "mien/cli/command.h"

namespace mien::cli {

/// `mien help`: what there is, in groups.
std::string program_help();

/// `mien COMMAND --help`: usage, examples, the main options.
std::string command_help(Command& command);
/// `mien help COMMAND`: the same with every option, group by group.
std::string full_command_help(Command& command);

/// `mien help OPTION`: what it takes, its default, which commands have it. A group ("optim") lists
/// its options. Throws UsageError with the nearest name for what no command has.
std::string option_help(const std::string& name);

/// `mien help reference`: every command and option as Markdown, which is docs/options.md.
std::string reference_markdown();

}  // namespace mien::cli
