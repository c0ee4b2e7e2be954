// What commands that run a network have in common: where it runs, and how it is fed.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "mien/cli/command.h"
#include "mien/data/loader.h"
#include "mien/evaluate/evaluate.h"
#include "mien/nn/weights.h"

namespace mien::cli {

struct RuntimeOptions {
  std::string device = "auto";
  std::string precision = "auto";
  std::int64_t threads = 0;
  std::int64_t batch = 32;
  LoaderOptions loader;
};
void describe(RuntimeOptions& options, Fields& fields);

/// Chooses device and precision, moves the network there, says so, and predicts every sample of the
/// sets, which are in the network's vocabulary.
std::vector<Prediction> predict_sets(const LoadedNetwork& loaded,
                                     std::vector<SampleSet> sets,
                                     const RuntimeOptions& options,
                                     Console& console,
                                     const StopFlag& stop);

}  // namespace mien::cli
