// The command line: flags are the dotted keys of the options and their aliases.
#pragma once

#include <string>
#include <vector>

#include "mien/cli/command.h"
#include "mien/error.h"

namespace mien::cli {

/// Takes the words after the command's name apart: `--key=value`, `--key value`, `-o value`,
/// `--flag` for true, `--` before positionals that begin with a dash. A key of a list of values may
/// be given several times; its values add up. Nothing is set yet. Throws UsageError (unknown
/// option, with the nearest name; no value; given twice; too many or too few positionals; none of
/// them is checked when help is asked for).
Arguments parse_arguments(const Syntax& syntax,
                          const Fields& fields,
                          const std::vector<std::string>& words);

/// The error for an option that the command lacks, with the nearest that it has.
UsageError unknown_flag(const Syntax& syntax, const Fields& fields, const std::string& flag);

}  // namespace mien::cli
