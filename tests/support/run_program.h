// Runs a program as a user would: its words, its exit code, what it printed; signals and limits on
// the way.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "temp_folder.h"

namespace mien::test {

struct ProgramResult {
  int code = -1;   ///< exit code; -1 where a signal ended it
  int signal = 0;  ///< that signal
  std::string out;
  std::string err;
};

/// A started program. Standard output and error go to files, so that it never waits for a reader.
class RunningProgram {
 public:
  /// `file_limit`: bytes that any file it writes may have, as if the disk were full beyond.
  RunningProgram(const std::string& program,
                 const std::vector<std::string>& words,
                 std::optional<std::uint64_t> file_limit = std::nullopt) {
    std::vector<char*> arguments;
    std::vector<std::string> copies = words;
    copies.insert(copies.begin(), program);
    arguments.reserve(copies.size() + 1);
    for (std::string& word : copies) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    child_ = fork();
    if (child_ < 0) throw std::runtime_error("cannot fork");
    if (child_ == 0) become(arguments, file_limit);
  }
  ~RunningProgram() {
    if (child_ <= 0) return;
    kill(child_, SIGKILL);
    waitpid(child_, nullptr, 0);
  }
  RunningProgram(const RunningProgram&) = delete;
  RunningProgram& operator=(const RunningProgram&) = delete;

  void send(int signal) const {
    if (child_ > 0) kill(child_, signal);
  }
  ProgramResult wait() {
    int status = 0;
    while (waitpid(child_, &status, 0) < 0 && errno == EINTR) {
    }
    child_ = 0;
    ProgramResult result;
    if (WIFEXITED(status)) result.code = WEXITSTATUS(status);
    if (WIFSIGNALED(status)) result.signal = WTERMSIG(status);
    result.out = contents(folder_ / "out");
    result.err = contents(folder_ / "err");
    return result;
  }

 private:
  [[noreturn]] void become(std::vector<char*>& arguments,
                           const std::optional<std::uint64_t>& file_limit) const {
    redirect("/dev/null", STDIN_FILENO, O_RDONLY);
    redirect((folder_ / "out").string(), STDOUT_FILENO, O_WRONLY | O_CREAT | O_TRUNC);
    redirect((folder_ / "err").string(), STDERR_FILENO, O_WRONLY | O_CREAT | O_TRUNC);
    if (file_limit) {
      signal(SIGXFSZ, SIG_IGN);  // the write fails then, as on a full disk
      const rlimit limit{*file_limit, *file_limit};
      setrlimit(RLIMIT_FSIZE, &limit);
    }
    execv(arguments[0], arguments.data());
    _exit(127);
  }
  static void redirect(const std::string& file, int descriptor, int flags) {
    const int opened = open(file.c_str(), flags, 0600);
    if (opened < 0 || dup2(opened, descriptor) < 0) _exit(126);
    close(opened);
  }
  static std::string contents(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  }

  TempFolder folder_;
  pid_t child_ = 0;
};

inline ProgramResult run_program(const std::string& program,
                                 const std::vector<std::string>& words) {
  return RunningProgram(program, words).wait();
}

/// Waits until the file is there; false after a minute.
inline bool wait_for_file(const std::filesystem::path& file) {
  for (int i = 0; i < 3000; ++i) {
    if (std::filesystem::exists(file)) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  return false;
}

}  // namespace mien::test
