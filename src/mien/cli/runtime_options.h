// What commands that run a network have in common: where it runs, and how it is fed.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "mien/cli/command.h"
#include "mien/data/loader.h"
#include "mien/evaluate/evaluate.h"
#include "mien/nn/ensemble.h"

namespace mien::cli {

/// Where a network runs.
struct PlaceOptions {
  std::string device = "auto";
  std::string precision = "auto";
  std::int64_t threads = 0;
};
void describe(PlaceOptions& options, Fields& fields);

struct RuntimeOptions : PlaceOptions {
  std::int64_t batch = 32;
  LoaderOptions loader;
};
void describe(RuntimeOptions& options, Fields& fields);

/// Threads are set; device and precision chosen.
RunSettings run_settings(const PlaceOptions& options);
RunSettings run_settings(const RuntimeOptions& options);
/// "emma of best.safetensors on CPU, float32", for people.
std::string network_text(const LoadedNetwork& loaded, const RunSettings& settings);

/// Tells the user of each member and where it runs.
void say_networks(const LoadedEnsemble& loaded, const PlaceOptions& options, Console& console);

/// Moves each member to the device and predicts every sample of the sets with it.
/// [member][sample], each in the member's own vocabulary
std::vector<std::vector<Prediction>> predict_members(const LoadedEnsemble& loaded,
                                                     const std::vector<SampleSet>& sets,
                                                     const RuntimeOptions& options,
                                                     Console& console,
                                                     const StopFlag& stop);
/// Tells of the networks; what they say together, in the vocabulary of `loaded`.
std::vector<Prediction> predict_sets(const LoadedEnsemble& loaded,
                                     const std::vector<SampleSet>& sets,
                                     const RuntimeOptions& options,
                                     Console& console,
                                     const StopFlag& stop);

}  // namespace mien::cli
