// The only place that writes to the terminal: results on standard output, everything else on
// standard error; a progress bar on a terminal, a plain line now and then in a log, or JSON lines.
#pragma once

#include <chrono>
#include <cstddef>
#include <iosfwd>
#include <string>

#include "mien/core/events.h"

namespace mien::cli {

enum class LogStyle { kText, kJson };

class Console {
 public:
  Console(std::ostream& out, std::ostream& log, bool log_is_terminal);
  void set_quiet(bool quiet) { quiet_ = quiet; }
  void set_style(LogStyle style) { style_ = style; }
  bool quiet() const { return quiet_; }
  LogStyle style() const { return style_; }

  void print(const std::string& text);  ///< a result: always on standard output
  void info(const std::string& text);   ///< on standard error unless quiet
  void warn(const std::string& text);
  void error(const std::string& text);
  /// Something that a program may want to follow: `text` for people, the JSON object for `--log
  /// json`.
  void event(const std::string& kind, const std::string& text, const std::string& json_object);
  void progress(const Progress& progress);  ///< a bar on a terminal; else a line every 10 seconds
  void end_progress();
  /// Events of the library, shown here.
  EventSink sink();

 private:
  void line(const std::string& level, const std::string& text);

  std::ostream& out_;
  std::ostream& log_;
  bool terminal_;
  bool quiet_ = false;
  bool bar_shown_ = false;
  LogStyle style_ = LogStyle::kText;
  std::chrono::steady_clock::time_point last_line_;
};

/// The state of long work as one line of at most `width` columns, with a bar where there is room
/// for it: "epoch 3/30 [=====>    ]  52 %  1,200/2,300 images  140/s  ETA 0:08  loss 1.23".
std::string progress_bar(const Progress& progress, std::size_t width);
/// The same for logs, without bar.
std::string progress_line(const Progress& progress);
/// Now, as "2026-05-04T12:00:00Z".
std::string utc_time();
/// Seconds as "0:08" or "1:02:03".
std::string clock_text(double seconds);

}  // namespace mien::cli
