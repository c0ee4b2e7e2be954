// Which samples an epoch draws, and in which order.
#pragma once

#include <cstdint>
#include <vector>

#include "mien/core/options.h"
#include "mien/data/sets.h"

namespace mien {

/// How an epoch is drawn from several sets.
struct SamplingOptions {
  bool class_balanced = false;  ///< every expression class drawn equally often; samples without an
                                ///< expression are not drawn then
  std::int64_t min_valence_arousal = 0;  ///< samples a batch that carry VA labels, at least
  std::int64_t min_expression = 0;
  std::int64_t min_action_units = 0;
  void check() const;
};
void describe(SamplingOptions& options, Fields& fields);

/// Which epoch of which run: the same key draws the same order.
struct EpochKey {
  std::uint64_t seed = 0;
  std::int64_t epoch = 0;  ///< from 0
};

/// The order of one epoch: indices into the concatenated sets, a pure function of the key.
/// Length: the number of training samples, each set's times its weight (rounded). A set is drawn
/// without replacement: no sample comes a second time before all have come once, over epochs where
/// the weight is not 1. With a min_* key, labels of each kind are spread evenly over the batches; a
/// last batch that is not full holds its share of the minimum. Throws OptionError when the draws
/// have too few labels for it, UsageError for weights that do not fit the sets.
std::vector<std::int64_t> epoch_order(const std::vector<SampleSet>& sets,
                                      const std::vector<double>& weights,
                                      const SamplingOptions& sampling,
                                      std::int64_t batch,
                                      const EpochKey& key);

}  // namespace mien
