// A window that shows pictures as they come. The window is another program's, ffplay: a toolkit of
// our own (OpenCV's highgui brings GTK or Qt) would be a dependency of every installation, for one
// switch that few use.
#pragma once

#include <string>

#include <sys/types.h>

#include "mien/image/image.h"

namespace mien::cli {

/// Throws UsageError where there is no display.
void require_display();

class Viewer {
 public:
  /// Opens the window. Throws UsageError where there is no display or no ffplay.
  explicit Viewer(const std::string& title);
  ~Viewer();  ///< Closes it.
  Viewer(const Viewer&) = delete;
  Viewer& operator=(const Viewer&) = delete;

  /// False once the user has closed the window.
  bool show(const Image& image);

 private:
  void start(const std::string& title);

  pid_t child_ = 0;
  int pipe_ = -1;
};

}  // namespace mien::cli
