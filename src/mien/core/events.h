// What long work tells whoever watches: messages and progress. The library emits, the program
// shows.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mien {

enum class MessageLevel { kInfo, kWarning };

/// State of a piece of long work, emitted now and then.
struct Progress {
  std::string work;        ///< "epoch 3/30", "validation", "drawing faces"
  std::int64_t done = 0;   ///< units done
  std::int64_t total = 0;  ///< units in all; 0 when unknown
  std::string unit;        ///< "images"
  double per_second = 0;   ///< units a second, lately
  std::vector<std::pair<std::string, double>> values;  ///< current loss and scores, in order
};

/// Receives events; every member may stay empty. Called from the working thread only.
struct EventSink {
  std::function<void(MessageLevel, const std::string&)> message;
  std::function<void(const Progress&)> progress;

  void info(const std::string& text) const {
    if (message) message(MessageLevel::kInfo, text);
  }
  void warn(const std::string& text) const {
    if (message) message(MessageLevel::kWarning, text);
  }
  void report(const Progress& state) const {
    if (progress) progress(state);
  }
};

/// Set by a signal handler or another thread; long work looks at it between steps.
class StopFlag {
 public:
  void request() noexcept { requested_.store(true, std::memory_order_relaxed); }
  bool requested() const noexcept { return requested_.load(std::memory_order_relaxed); }

 private:
  std::atomic<bool> requested_{false};
};

}  // namespace mien
