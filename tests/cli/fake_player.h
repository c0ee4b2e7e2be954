// A display and an ffplay where there is neither.
#pragma once

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <thread>

#include "scoped_variable.h"
#include "temp_folder.h"

namespace mien::test {

/// While it lives the shell script stands first in PATH under ffplay's name; DISPLAY is set.
class FakePlayer {
 public:
  explicit FakePlayer(const std::string& script) {
    const std::filesystem::path file = folder_.write("ffplay", "#!/bin/sh\n" + script);
    std::filesystem::permissions(file, std::filesystem::perms::owner_all);
  }
  /// A file that the script writes as "$0.NAME".
  std::filesystem::path written(const std::string& name) const {
    return folder_ / ("ffplay." + name);
  }

 private:
  static std::string usual_path() {
    const char* path = std::getenv("PATH");
    return path != nullptr ? path : "/usr/bin:/bin";
  }

  TempFolder folder_;
  ScopedVariable path_{"PATH", folder_.path().string() + ":" + usual_path()};
  ScopedVariable display_{"DISPLAY", ":987"};
};

/// Waits until it holds; false after half a minute.
template <typename Condition>
bool eventually(const Condition& condition) {
  for (int i = 0; i < 3000; ++i) {
    if (condition()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return false;
}

}  // namespace mien::test
