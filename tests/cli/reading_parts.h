// What the parts of `mien read` share, without the program around them.
#pragma once

#include <sstream>
#include <string>

#include "mien/cli/console.h"
#include "mien/cli/read_options.h"
#include "mien/infer/analyser.h"

#include "small_weights.h"
#include "temp_folder.h"

namespace mien::test {

/// Pictures are crops, outputs go to FOLDER/out, a small network reads on one thread.
inline cli::ReadOptions crop_reading(const TempFolder& folder, const SmallWeights& small) {
  cli::ReadOptions options;
  options.output = (folder / "out").string();
  options.no_detect = true;
  options.analyser.detector = kNoDetector;
  options.analyser.model.push_back(small_weights(folder, "small", small));
  options.analyser.device = "cpu";
  options.analyser.precision = "float32";
  options.video.threads = 1;
  return options;
}

struct ReadingParts {
  explicit ReadingParts(const TempFolder& folder, const SmallWeights& small = {})
      : options(crop_reading(folder, small)), analyser(options.analyser) {}

  cli::ReadOptions options;  ///< those of the analyser hold as they were at first
  Analyser analyser;
  std::ostringstream out;
  std::ostringstream log;
  cli::Console console{out, log, false};
  StopFlag stop;
  cli::ReadContext context{options, analyser, console, stop};
};

/// A log that asks the work to stop as soon as anything is said.
class StoppingLog : public std::stringbuf {
 public:
  explicit StoppingLog(StopFlag& stop) : stop_(stop) {}

 private:
  int sync() override {
    stop_.request();
    return 0;
  }

  StopFlag& stop_;
};

}  // namespace mien::test
