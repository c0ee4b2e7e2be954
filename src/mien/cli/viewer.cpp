#include "mien/cli/viewer.h"

#include <cerrno>
#include <cstdlib>
#include <string_view>
#include <vector>

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "mien/error.h"

namespace mien::cli {
namespace {

constexpr int kQuality = 85;

bool is_set(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr && *value != '\0';
}

/// False where the other side has gone; no signal comes then.
bool send_all(int socket, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

}  // namespace

void require_display() {
  if (!is_set("DISPLAY") && !is_set("WAYLAND_DISPLAY")) {
    throw UsageError(
        "--show needs a display, and there is none (neither DISPLAY nor WAYLAND_DISPLAY is set); "
        "without it everything is written into files all the same");
  }
}

Viewer::Viewer(const std::string& title) {
  require_display();
  start(title);
}

void Viewer::start(const std::string& title) {
  int ends[2];
  // A socket rather than a pipe: it can be written to without a signal when the window is closed.
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
    throw FailureError("--show: no connection to a window can be made");
  }
  std::vector<std::string> words = {"ffplay",
                                    "-hide_banner",
                                    "-loglevel",
                                    "quiet",
                                    "-fflags",
                                    "nobuffer",
                                    "-window_title",
                                    title,
                                    "-f",
                                    "mjpeg",
                                    "-i",
                                    "-"};
  std::vector<char*> arguments;
  arguments.reserve(words.size() + 1);
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDIN_FILENO);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  const int status = posix_spawnp(&child_, "ffplay", &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  close(ends[1]);
  pipe_ = ends[0];
  if (status == 0) return;
  close(pipe_);
  throw UsageError("--show needs the program ffplay, which Debian's package ffmpeg brings");
}

Viewer::~Viewer() {
  close(pipe_);
  kill(child_, SIGTERM);
  waitpid(child_, nullptr, 0);
}

bool Viewer::show(const Image& image) {
  return send_all(pipe_, encode_jpeg(image, kQuality));
}

}  // namespace mien::cli
