// Batches of pictures and labels, made ahead by worker threads, the same whatever their number.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "mien/data/augment.h"
#include "mien/data/batch.h"
#include "mien/data/counts.h"
#include "mien/data/sampling.h"
#include "mien/data/sets.h"
#include "mien/input/input.h"

namespace mien {

struct LoaderOptions {
  std::int64_t workers = 1;   ///< decoding threads beside the network's; 0: in the calling thread
  std::int64_t prefetch = 4;  ///< batches ready ahead at most
  std::int64_t cache_mebibytes = 512;  ///< decoded pictures kept in memory (0: none)
  std::string damaged = "error";  ///< error | skip: in training the next picture that can be read
  void check() const;
};
void describe(LoaderOptions& options, Fields& fields);

struct LoaderPlan {
  std::vector<std::int64_t> order;  ///< indices in the order of delivery
  std::int64_t batch = 1;
  bool drop_last = false;
  bool training = false;  ///< augment, else the evaluation picture
  std::uint64_t seed = 0;
  std::int64_t epoch = 0;
  std::int64_t first_batch = 0;  ///< starts here (resuming inside an epoch)
};
/// Batches of the whole plan, those before first_batch included.
std::int64_t batch_count(const LoaderPlan& plan);
/// Every sample once, in order: evaluation.
LoaderPlan evaluation_plan(std::int64_t samples, std::int64_t batch);

/// Serves many epochs over the same samples; decoded pictures stay cached between them. A sample's
/// tensor is a pure function of (seed, epoch, place in the order). Used from one thread.
class Loader {
 public:
  /// The sets must have one vocabulary (UsageError).
  Loader(std::vector<SampleSet> sets,
         InputOptions input,
         AugmentOptions augment,
         const LoaderOptions& options);
  ~Loader();
  std::int64_t size() const;  ///< samples in all sets together
  const Sample& sample(std::int64_t index) const;
  std::vector<Label> labels() const;  ///< all labels in index order
  const std::vector<SampleSet>& sets() const;
  const Vocabulary& vocabulary() const;

  void start(LoaderPlan plan);  ///< abandons what is running
  /// The next batch in order; false after the last. Rethrows a worker's error as a DataError that
  /// names the list and the picture. A batch that nobody holds any more gives its memory to a later
  /// one.
  bool next(Batch& batch);

  /// What training passed over so far (`damaged` = skip): why each picture could not be read, a
  /// message each that names it, in index order.
  std::vector<std::string> damaged() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace mien
