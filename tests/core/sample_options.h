// Options as a component would declare them, for the tests of this folder.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "mien/core/options.h"
#include "mien/core/random.h"

namespace mien::test {

struct SetSample {
  std::string path;
  double weight = 1.0;
  std::vector<std::string> tags;
  bool operator==(const SetSample&) const = default;
};
inline void describe(SetSample& options, Fields& fields) {
  fields.add("path", options.path, "folder of the set");
  fields.add("weight", options.weight, "draws an epoch", at_least(0));
  fields.add("tags", options.tags, "any words");
}

struct DataSample {
  std::int64_t workers = 2;
  std::vector<SetSample> sets;
  bool operator==(const DataSample&) const = default;
};
inline void describe(DataSample& options, Fields& fields) {
  fields.add("workers", options.workers, "threads", between(0, 64));
  fields.tables("sets", options.sets, "the sets");
}

struct OptimSample {
  double layer_decay = 0.65;
  std::int64_t batch = 100;
  std::vector<double> betas = {0.9, 0.999};
  bool operator==(const OptimSample&) const = default;
};
inline void describe(OptimSample& options, Fields& fields) {
  fields.add("layer_decay", options.layer_decay, "rate of a layer over the next", between(0, 1));
  fields.add("batch", options.batch, "pictures a batch", at_least(1));
  fields.add("betas", options.betas, "of AdamW", between(0, 1));
}

struct RunSample {
  std::int64_t seed = 0;
  bool resume = false;
  std::string reduction = "mean";
  std::vector<std::int64_t> steps;
  std::vector<std::string> names = {"a"};
  OptimSample optim;
  DataSample data;
  bool operator==(const RunSample&) const = default;
};
inline void describe(RunSample& options, Fields& fields) {
  fields.add("seed", options.seed, "of everything random");
  fields.add("resume", options.resume, "go on where it stopped");
  fields.add("reduction", options.reduction, "over units", one_of({"mean", "sum"}));
  fields.add("steps", options.steps, "where the rate falls", at_least(0));
  fields.add("names", options.names, "of what there is");
  fields.group("optim", options.optim);
  fields.group("data", options.data);
}

/// A few pieces that are hard on quoting; always UTF-8.
inline std::string random_text(RandomStream& random) {
  const std::vector<std::string> pieces = {"a",
                                           "\"",
                                           "\\",
                                           "'",
                                           "\n",
                                           "\t",
                                           "\r",
                                           "#",
                                           ",",
                                           "[",
                                           "]",
                                           "\x7f",
                                           "\x01",
                                           "=",
                                           "\xC3\xA4",
                                           "\xF0\x9F\x98\x80",
                                           " "};
  std::string text;
  for (std::int64_t n = random.below(8); n > 0; --n) {
    text +=
        pieces[static_cast<std::size_t>(random.below(static_cast<std::int64_t>(pieces.size())))];
  }
  return text;
}

/// The message of the `Kind` of error that `action` throws, or a text that no message holds.
template <typename Kind, typename Action>
std::string message_of(Action action) {
  try {
    action();
  } catch (const Kind& error) {
    return error.what();
  }
  return "(nothing was thrown)";
}

}  // namespace mien::test
