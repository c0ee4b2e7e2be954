#include "mien/cli/console.h"

#include <ctime>
#include <ostream>

#include <nlohmann/json.hpp>
#include <sys/ioctl.h>
#include <unistd.h>

namespace mien::cli {
namespace {

using Json = nlohmann::ordered_json;
using Clock = std::chrono::steady_clock;

constexpr auto kBarPause = std::chrono::milliseconds(100);
constexpr auto kLinePause = std::chrono::seconds(10);
constexpr const char* kClearLine = "\r\033[K";

std::size_t terminal_width() {
  winsize size{};
  if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return 80;
  return size.ws_col;
}

std::string dumped(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string message_json(const std::string& level, const std::string& text) {
  return dumped(Json{{"time", utc_time()}, {"event", "message"}, {"level", level}, {"text", text}});
}

std::string progress_json(const Progress& progress) {
  Json json{{"time", utc_time()},
            {"event", "progress"},
            {"work", progress.work},
            {"done", progress.done},
            {"total", progress.total},
            {"unit", progress.unit},
            {"per_second", progress.per_second}};
  for (const auto& [name, value] : progress.values) json["values"][name] = value;
  return dumped(json);
}

}  // namespace

std::string utc_time() {
  const std::time_t now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  std::tm parts{};
  gmtime_r(&now, &parts);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
  return text;
}

Console::Console(std::ostream& out, std::ostream& log, bool log_is_terminal)
    : out_(out), log_(log), terminal_(log_is_terminal), last_line_(Clock::now()) {}

void Console::print(const std::string& text) {
  end_progress();
  out_ << text;
  if (text.empty() || text.back() != '\n') out_ << '\n';
  out_.flush();
}

void Console::line(const std::string& level, const std::string& text) {
  end_progress();
  if (style_ == LogStyle::kJson) {
    log_ << message_json(level, text) << '\n' << std::flush;
    return;
  }
  const std::string prefix = level == "warning" ? "warning: " : level == "error" ? "mien: " : "";
  log_ << prefix << text << '\n' << std::flush;
}

void Console::info(const std::string& text) {
  if (!quiet_) line("info", text);
}
void Console::warn(const std::string& text) {
  line("warning", text);
}
void Console::error(const std::string& text) {
  line("error", text);
}

void Console::event(const std::string& kind,
                    const std::string& text,
                    const std::string& json_object) {
  if (quiet_) return;
  if (style_ == LogStyle::kText) return line("info", text);
  Json json{{"time", utc_time()}, {"event", kind}};
  json.update(Json::parse(json_object));
  log_ << dumped(json) << '\n' << std::flush;
}

void Console::progress(const Progress& progress) {
  if (quiet_) return;
  const bool bar = terminal_ && style_ == LogStyle::kText;
  const auto now = Clock::now();
  const bool due =
      bar ? !bar_shown_ || now - last_line_ >= kBarPause : now - last_line_ >= kLinePause;
  if (!due) return;
  last_line_ = now;
  if (bar) {
    log_ << kClearLine << progress_bar(progress, terminal_width() - 1) << std::flush;
    bar_shown_ = true;
  } else {
    log_ << (style_ == LogStyle::kJson ? progress_json(progress) : progress_line(progress)) << '\n'
         << std::flush;
  }
}

void Console::end_progress() {
  if (bar_shown_) log_ << kClearLine << std::flush;
  bar_shown_ = false;
}

EventSink Console::sink() {
  EventSink sink;
  sink.message = [this](MessageLevel level, const std::string& text) {
    level == MessageLevel::kWarning ? warn(text) : info(text);
  };
  sink.progress = [this](const Progress& state) { progress(state); };
  return sink;
}

}  // namespace mien::cli
