#include "mien/data/batch_maker.h"

#include <algorithm>

#include "mien/core/random.h"
#include "mien/data/pictures.h"
#include "mien/error.h"

namespace mien {
namespace {

constexpr std::int64_t kMebibyte = std::int64_t{1} << 20;
// So many damaged pictures in a row are no accident: the disk is gone.
constexpr std::int64_t kMostDamagedInARow = 1000;
constexpr std::uint64_t kAugmentation = 0x6175676d;  // part of the key of a sample's random numbers

std::size_t total_samples(const std::vector<SampleSet>& sets) {
  std::size_t total = 0;
  for (const SampleSet& set : sets) total += set.samples.size();
  return total;
}

}  // namespace

BatchMaker::BatchMaker(std::vector<SampleSet> sets,
                       InputOptions input,
                       AugmentOptions augment,
                       const LoaderOptions& loader)
    : sets_(std::move(sets)),
      input_(std::move(input)),
      augment_(augment),
      skip_damaged_(loader.damaged == "skip"),
      cache_(total_samples(sets_), loader.cache_mebibytes * kMebibyte) {
  for (const SampleSet& set : sets_) {
    if (!(set.vocabulary == sets_.front().vocabulary)) {
      throw UsageError("sets in one loader must have the same classes and units: map them first");
    }
    first_.push_back(size_);
    size_ += static_cast<std::int64_t>(set.samples.size());
    votes_ = votes_ || count_labels(set).votes > 0;
  }
}

std::size_t BatchMaker::set_of(std::int64_t index) const {
  const auto after = std::upper_bound(first_.begin(), first_.end(), index);
  return static_cast<std::size_t>(after - first_.begin() - 1);
}

const Sample& BatchMaker::sample(std::int64_t index) const {
  if (index < 0 || index >= size_) throw UsageError("no sample " + std::to_string(index));
  const std::size_t set = set_of(index);
  return sets_[set].samples[static_cast<std::size_t>(index - first_[set])];
}

Batch BatchMaker::make(const LoaderPlan& plan, std::int64_t number, const std::stop_token& stop) {
  const std::int64_t begin = number * plan.batch;
  const auto total = static_cast<std::int64_t>(plan.order.size());
  const std::int64_t count = std::min(plan.batch, total - begin);
  const Vocabulary& vocabulary = sets_.front().vocabulary;
  Batch batch = empty_batch(pool_.take(count, input_.size), vocabulary, votes_);
  float* pixels = batch.pictures.data_ptr<float>();
  const std::int64_t stride = 3 * input_.size * input_.size;
  for (std::int64_t row = 0; row < count && !stop.stop_requested(); ++row) {
    const std::int64_t index = fill_place(plan, begin + row, pixels + row * stride);
    batch.indices[static_cast<std::size_t>(row)] = index;
    set_label(batch, row, sample(index).label);
  }
  return batch;
}

std::vector<std::string> BatchMaker::damaged() const {
  const std::lock_guard lock(damaged_mutex_);
  std::vector<std::string> reasons;
  for (const auto& [index, reason] : damaged_) reasons.push_back(reason);
  return reasons;
}

bool BatchMaker::is_damaged(std::int64_t index) const {
  const std::lock_guard lock(damaged_mutex_);
  return damaged_.contains(index);
}

std::int64_t BatchMaker::fill_place(const LoaderPlan& plan, std::int64_t position, float* out) {
  std::int64_t index = plan.order[static_cast<std::size_t>(position)];
  // Scores are over every picture or none.
  const bool skip = skip_damaged_ && plan.training;
  const std::int64_t most = skip ? std::min(size_ - 1, kMostDamagedInARow) : 0;
  for (std::int64_t passed = 0;; ++passed, index = (index + 1) % size_) {
    if (passed < most && is_damaged(index)) continue;
    try {
      fill_picture(plan, position, index, out);
      return index;
    } catch (const DataError& error) {
      if (passed >= most) throw;
      const std::lock_guard lock(damaged_mutex_);
      damaged_.try_emplace(index, error.what());
    }
  }
}

void BatchMaker::fill_picture(const LoaderPlan& plan,
                              std::int64_t position,
                              std::int64_t index,
                              float* out) {
  const Sample& wanted = sample(index);
  try {
    cache_.with(
        static_cast<std::size_t>(index),
        [&] { return read_picture(wanted); },
        [&](const Image& image) {
          if (!plan.training) {
            const int side = static_cast<int>(input_.size);
            normalise_into(resize(image, side, side, Interpolation::kBilinear), input_, out);
            return;
          }
          RandomStream random{kAugmentation,
                              plan.seed,
                              static_cast<std::uint64_t>(plan.epoch),
                              static_cast<std::uint64_t>(position)};
          normalise_into(augment(image, input_.size, augment_, random), input_, out);
        });
  } catch (const Error& error) {
    throw DataError(sets_[set_of(index)].name,
                    "picture '" + wanted.name + "' cannot be used: " + error.what());
  }
}

}  // namespace mien
