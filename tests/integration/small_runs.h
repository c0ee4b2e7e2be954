// The smallest sets and networks that go through every command in seconds.
#pragma once

#include <cstdint>
#include <iterator>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "run_program.h"
#include "temp_folder.h"
#include "test_paths.h"

namespace mien::test {

/// The words of a line; none of them holds a blank.
inline std::vector<std::string> words_of(const std::string& line) {
  std::istringstream in(line);
  return {std::istream_iterator<std::string>(in), std::istream_iterator<std::string>()};
}

/// Runs `mien` with the words of the line.
inline ProgramResult mien(const std::string& line) {
  return run_program(kProgram, words_of(line));
}

/// `mien` with the words of the line, as it runs.
struct RunningMien : RunningProgram {
  explicit RunningMien(const std::string& line,
                       std::optional<std::uint64_t> file_limit = std::nullopt)
      : RunningProgram(kProgram, words_of(line), file_limit) {}
};

/// A folder with a drawn set in `faces`, and the words of small trainings on it.
class SmallRuns : public testing::Test {
 protected:
  std::string path(const std::string& name) const { return (folder_ / name).string(); }

  void draw() const {
    const ProgramResult drawn =
        mien("data synth -q --training=48 --validation=24 --size=48 -o " + path("faces"));
    ASSERT_EQ(drawn.code, 0) << drawn.err;
  }
  std::string dan(const std::string& run) const {
    return "train dan --recipe=dan-small --model.dan_width=8 --input.size=32 --optim.batch=16 "
           "--optim.epochs=1 --optim.warmup_epochs=0.5 --threads=1 --precision=float32 --data " +
           path("faces") + " -o " + path(run);
  }
  /// A transformer of 3 (or other `epochs`) epochs of 6 steps; a checkpoint after each step.
  std::string vit(const std::string& run, const std::string& epochs = "3") const {
    return "train vit --recipe=vit-small --model.vit=32x2x2/8 --input.size=32 --optim.batch=8 "
           "--optim.warmup_epochs=0.5 --data.sampling.min_valence_arousal=2 --threads=1 "
           "--precision=float32 --train.checkpoint_steps=1 --optim.epochs=" +
           epochs + " --data " + path("faces") + " -o " + path(run);
  }

  TempFolder folder_;
};

}  // namespace mien::test
