// Makes any batch of a plan on its own: what the loader's threads call.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <stop_token>
#include <string>
#include <vector>

#include "mien/data/loader.h"
#include "mien/data/picture_cache.h"
#include "mien/data/tensor_pool.h"

namespace mien {

/// Holds the samples and their decoded pictures. `make` is safe from many threads.
class BatchMaker {
 public:
  BatchMaker(std::vector<SampleSet> sets,
             InputOptions input,
             AugmentOptions augment,
             const LoaderOptions& loader);

  std::int64_t size() const { return size_; }
  const std::vector<SampleSet>& sets() const { return sets_; }
  const Sample& sample(std::int64_t index) const;
  /// Batch `number` of the plan; left incomplete when `stop` is requested.
  Batch make(const LoaderPlan& plan, std::int64_t number, const std::stop_token& stop);
  /// Lets go of the memory that batches are made in; decoded pictures stay.
  void release_tensors() { pool_.clear(); }
  /// Why pictures were passed over, in index order.
  std::vector<std::string> damaged() const;

 private:
  std::size_t set_of(std::int64_t index) const;
  /// Writes the picture that stands at a place of the plan's order, or one after it in the sets
  /// where that cannot be read and may be passed over. Gives its index.
  std::int64_t fill_place(const LoaderPlan& plan, std::int64_t position, float* out);
  void fill_picture(const LoaderPlan& plan, std::int64_t position, std::int64_t index, float* out);
  bool is_damaged(std::int64_t index) const;

  std::vector<SampleSet> sets_;
  std::vector<std::int64_t> first_;  // first index of each set
  std::int64_t size_ = 0;
  InputOptions input_;
  AugmentOptions augment_;
  bool votes_ = false;
  bool skip_damaged_;
  PictureCache cache_;
  TensorPool pool_;
  mutable std::mutex damaged_mutex_;
  std::map<std::int64_t, std::string> damaged_;  ///< by index, why
};

}  // namespace mien
