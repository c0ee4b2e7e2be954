// The program: signals, streams, and the exit code.
#include <iostream>
#include <string>
#include <vector>

#include <signal.h>
#include <unistd.h>

#include "mien/cli/command.h"
#include "mien/core/memory.h"
#include "mien/error.h"

namespace {

mien::StopFlag stop_flag;

/// The first asks the work to stop after its step and to save; the second does not wait.
void on_signal(int /*signal*/) {
  if (stop_flag.requested()) _exit(static_cast<int>(mien::ErrorKind::kInterrupted));
  stop_flag.request();
}

void catch_signals() {
  struct sigaction action{};
  action.sa_handler = on_signal;
  action.sa_flags = SA_RESTART;
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
}

}  // namespace

int main(int argc, char** argv) {
  catch_signals();
  mien::keep_freed_memory();
  mien::cli::Console console(std::cout, std::cerr, isatty(STDERR_FILENO) != 0);
  const int code =
      mien::cli::run_program(std::vector<std::string>(argv + 1, argv + argc), console, stop_flag);
  if (code == 0 && !std::cout.flush()) {
    console.error("standard output could not be written");
    return static_cast<int>(mien::ErrorKind::kFailure);
  }
  return code;
}
