// The program runs itself: a training of a table is the command that a user would give, so that its
// memory is its own and nothing of one row reaches the next.
#pragma once

#include <string>
#include <vector>

#include "mien/core/events.h"

namespace mien::cli {

struct ChildResult {
  int exit_code = 0;
  double seconds = 0;
  double peak_mebibytes = 0;  ///< of its resident memory
};
/// Runs this program with the arguments, standard output aside, and waits for its end. When `stop`
/// is set the child is asked to stop too. Throws FailureError where it cannot be started or was
/// killed.
ChildResult run_self(const std::vector<std::string>& arguments, const StopFlag& stop);

/// The arguments as a line for a shell.
std::string command_line(const std::vector<std::string>& arguments);

}  // namespace mien::cli
