#include "mien/cli/reproduce/child.h"

#include <cerrno>
#include <chrono>
#include <cstring>
#include <thread>

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "mien/core/text.h"
#include "mien/error.h"

namespace mien::cli {
namespace {

constexpr auto kPause = std::chrono::milliseconds(50);
constexpr double kKibibytesInMebibyte = 1024;
constexpr const char* kProgram = "/proc/self/exe";
constexpr int kNotStarted = 127;  // as a shell has it

std::vector<char*> pointers(std::vector<std::string>& words) {
  std::vector<char*> list;
  list.reserve(words.size() + 1);
  for (std::string& word : words) list.push_back(word.data());
  list.push_back(nullptr);
  return list;
}

/// What the child does between fork and exec; nothing here may take a lock or memory.
[[noreturn]] void become(char* const* words, pid_t parent) {
  // A group of its own: Ctrl-C reaches it through this program alone, and once. It does not outlive
  // this program either: whoever starts the command again would find its run in use.
  setpgid(0, 0);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  const int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
  if (getppid() == parent && nowhere >= 0 && dup2(nowhere, STDOUT_FILENO) >= 0) {
    execv(kProgram, words);
  }
  _exit(kNotStarted);
}

pid_t start(std::vector<std::string> words) {
  const std::vector<char*> list = pointers(words);
  const pid_t parent = getpid();
  const pid_t child = fork();
  if (child == 0) become(list.data(), parent);
  if (child < 0) {
    throw FailureError("the program could not be started once more: " +
                       std::string(std::strerror(errno)));
  }
  return child;
}

/// Waits for its end, passing a request to stop on.
rusage wait_for(pid_t child, int& status, const StopFlag& stop) {
  rusage usage{};
  bool asked = false;
  while (true) {
    const pid_t ended = wait4(child, &status, WNOHANG, &usage);
    if (ended == child) return usage;
    if (ended < 0 && errno != EINTR) throw FailureError("a training's end could not be awaited");
    if (stop.requested() && !asked) asked = kill(child, SIGTERM) == 0;
    std::this_thread::sleep_for(kPause);
  }
}

bool is_plain(const std::string& word) {
  return !word.empty() && word.find_first_not_of(
                              "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                              "-_=./,:+@%") == std::string::npos;
}

std::string quoted(const std::string& word) {
  if (is_plain(word)) return word;
  std::string text = "'";
  for (const char c : word) text += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return text + "'";
}

}  // namespace

ChildResult run_self(const std::vector<std::string>& arguments, const StopFlag& stop) {
  if (stop.requested()) return {static_cast<int>(ErrorKind::kInterrupted), 0, 0};
  std::vector<std::string> words = {"mien"};
  words.insert(words.end(), arguments.begin(), arguments.end());
  const auto begin = std::chrono::steady_clock::now();
  const pid_t child = start(std::move(words));
  int status = 0;
  const rusage usage = wait_for(child, status, stop);
  // Asked to stop before it could listen.
  if (!WIFEXITED(status) && stop.requested()) {
    return {static_cast<int>(ErrorKind::kInterrupted), 0, 0};
  }
  if (!WIFEXITED(status)) {
    throw FailureError("killed by signal " + std::to_string(WTERMSIG(status)) + ": " +
                       command_line(arguments));
  }
  ChildResult result;
  result.exit_code = WEXITSTATUS(status);
  result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  result.peak_mebibytes = static_cast<double>(usage.ru_maxrss) / kKibibytesInMebibyte;
  return result;
}

std::string command_line(const std::vector<std::string>& arguments) {
  std::vector<std::string> words = {"mien"};
  for (const std::string& argument : arguments) words.push_back(quoted(argument));
  return join(words, " ");
}

}  // namespace mien::cli
