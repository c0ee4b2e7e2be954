// Progress of work that is counted, with its rate.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "mien/cli/console.h"

namespace mien::cli {

class Meter {
 public:
  /// `work` and `unit` as the console shows them; `total` 0: unknown.
  Meter(Console& console, std::string work, std::string unit, std::int64_t total)
      : console_(console), state_{std::move(work), 0, total, std::move(unit), 0, {}} {}

  void step() {
    ++state_.done;
    const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - begin_;
    state_.per_second = static_cast<double>(state_.done) / passed.count();
    if (state_.total > 0 && state_.done > state_.total) state_.total = state_.done;
    console_.progress(state_);
  }

 private:
  Console& console_;
  Progress state_;
  std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
};

}  // namespace mien::cli
