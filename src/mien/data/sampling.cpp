#include "mien/data/sampling.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "mien/core/random.h"
#include "mien/data/batch_quota.h"
#include "mien/data/counts.h"
#include "mien/data/option_value.h"
#include "mien/error.h"

namespace mien {
namespace {

// What a stream of random numbers is for; part of its key.
constexpr std::uint64_t kDraws = 0x6472617773;
constexpr std::uint64_t kOrder = 0x6f72646572;

/// `count` items from position `first` of an endless row of shuffled passes over `items`.
/// An epoch that takes the next piece each time draws without replacement, whatever the piece's
/// length.
std::vector<std::int64_t> take_from_passes(const std::vector<std::int64_t>& items,
                                           std::int64_t first,
                                           std::int64_t count,
                                           std::uint64_t key) {
  std::vector<std::int64_t> taken;
  const auto size = static_cast<std::int64_t>(items.size());
  if (size == 0) return taken;
  taken.reserve(static_cast<std::size_t>(count));
  std::vector<std::int64_t> pass;
  for (std::int64_t i = first; i < first + count; ++i) {
    if (pass.empty() || i % size == 0) {
      RandomStream random{kDraws, key, static_cast<std::uint64_t>(i / size)};
      pass = random_permutation(size, random);
    }
    taken.push_back(items[static_cast<std::size_t>(pass[static_cast<std::size_t>(i % size)])]);
  }
  return taken;
}

/// Splits `total` in proportion to `shares` (largest remainders).
std::vector<std::int64_t> apportion(std::int64_t total, const std::vector<double>& shares) {
  const double sum = std::accumulate(shares.begin(), shares.end(), 0.0);
  std::vector<std::int64_t> parts(shares.size(), 0);
  if (!(sum > 0)) return parts;
  std::vector<std::pair<double, std::size_t>> remainders;
  std::int64_t given = 0;
  for (std::size_t i = 0; i < shares.size(); ++i) {
    const double exact = static_cast<double>(total) * shares[i] / sum;
    parts[i] = static_cast<std::int64_t>(std::floor(exact));
    given += parts[i];
    remainders.emplace_back(static_cast<double>(parts[i]) - exact, i);
  }
  std::sort(remainders.begin(), remainders.end());
  for (std::size_t i = 0; given < total; ++i, ++given)
    ++parts[remainders[i % remainders.size()].second];
  return parts;
}

class EpochDraws {
 public:
  EpochDraws(const std::vector<SampleSet>& sets,
             const std::vector<double>& weights,
             std::uint64_t seed,
             std::int64_t epoch)
      : sets_(sets), weights_(weights), seed_(seed), epoch_(epoch) {
    for (std::size_t s = 0; s < sets.size(); ++s) {
      const auto size = static_cast<double>(sets[s].samples.size());
      draws_of_set_.push_back(std::llround(weights[s] * size));
    }
  }

  std::vector<std::int64_t> by_set() const {
    std::vector<std::int64_t> draws;
    std::int64_t first = 0;
    for (std::size_t s = 0; s < sets_.size(); ++s) {
      std::vector<std::int64_t> items(sets_[s].samples.size());
      std::iota(items.begin(), items.end(), first);
      append(draws, items, draws_of_set_[s], mix_key({seed_, s}));
      first += static_cast<std::int64_t>(items.size());
    }
    return draws;
  }

  /// As many draws, the same number from every class that has samples.
  std::vector<std::int64_t> by_class() const {
    const std::size_t classes = sets_.front().vocabulary.expressions.size();
    const auto members = class_members(classes);
    std::vector<double> wanted(classes, 0.0);
    for (std::size_t c = 0; c < classes; ++c) {
      const std::vector<double> shares = set_shares(members, c);
      wanted[c] = std::accumulate(shares.begin(), shares.end(), 0.0) > 0 ? 1.0 : 0.0;
    }
    const std::int64_t total =
        std::accumulate(draws_of_set_.begin(), draws_of_set_.end(), std::int64_t{0});
    if (std::count(wanted.begin(), wanted.end(), 1.0) == 0) {
      throw bad_option("data.sampling.class_balanced", "needs sets with expression labels");
    }
    const auto counts = apportion(total, wanted);
    std::vector<std::int64_t> draws;
    for (std::size_t c = 0; c < classes; ++c) {
      const auto of_set = apportion(counts[c], set_shares(members, c));
      for (std::size_t s = 0; s < sets_.size(); ++s) {
        append(draws, members[s][c], of_set[s], mix_key({seed_, s, c + 1}));
      }
    }
    return draws;
  }

 private:
  using Members = std::vector<std::vector<std::vector<std::int64_t>>>;  // [set][class]

  void append(std::vector<std::int64_t>& draws,
              const std::vector<std::int64_t>& items,
              std::int64_t count,
              std::uint64_t key) const {
    const auto taken = take_from_passes(items, epoch_ * count, count, key);
    draws.insert(draws.end(), taken.begin(), taken.end());
  }

  Members class_members(std::size_t classes) const {
    Members members(sets_.size());
    std::int64_t index = 0;
    for (std::size_t s = 0; s < sets_.size(); ++s) {
      members[s].resize(classes);
      for (const Sample& sample : sets_[s].samples) {
        if (sample.label.expression >= 0) {
          members[s].at(static_cast<std::size_t>(sample.label.expression)).push_back(index);
        }
        ++index;
      }
    }
    return members;
  }

  std::vector<double> set_shares(const Members& members, std::size_t c) const {
    std::vector<double> shares;
    shares.reserve(sets_.size());
    for (std::size_t s = 0; s < sets_.size(); ++s) {
      shares.push_back(weights_[s] * static_cast<double>(members[s][c].size()));
    }
    return shares;
  }

  const std::vector<SampleSet>& sets_;
  const std::vector<double>& weights_;
  std::uint64_t seed_;
  std::int64_t epoch_;
  std::vector<std::int64_t> draws_of_set_;
};

std::vector<TaskBits> carried_tasks(const std::vector<SampleSet>& sets,
                                    const std::vector<std::int64_t>& draws) {
  std::vector<TaskBits> of_sample;
  for (const SampleSet& set : sets) {
    for (const Sample& sample : set.samples) {
      const int bits = (sample.label.has_valence_arousal() ? 1 : 0) |
                       (sample.label.expression >= 0 ? 2 : 0) |
                       (has_unit_label(sample.label) ? 4 : 0);
      of_sample.push_back(static_cast<TaskBits>(bits));
    }
  }
  std::vector<TaskBits> carried;
  carried.reserve(draws.size());
  for (const std::int64_t draw : draws)
    carried.push_back(of_sample[static_cast<std::size_t>(draw)]);
  return carried;
}

void check_weights(const std::vector<SampleSet>& sets, const std::vector<double>& weights) {
  if (sets.empty() || weights.size() != sets.size()) {
    throw UsageError("an epoch needs at least one set, and a weight a set");
  }
  for (const double weight : weights) {
    if (!(weight >= 0 && weight <= 1e6)) throw bad_option("data.weight", "must be 0 or more");
  }
}

}  // namespace

void SamplingOptions::check() const {
  check_values(*this, "data.sampling.");
}

void describe(SamplingOptions& options, Fields& fields) {
  fields.add(
      "class_balanced", options.class_balanced, "every expression class drawn equally often");
  fields.add("min_valence_arousal",
             options.min_valence_arousal,
             "samples a batch with valence and arousal, at least",
             at_least(0));
  fields.add("min_expression",
             options.min_expression,
             "samples a batch with an expression, at least",
             at_least(0));
  fields.add("min_action_units",
             options.min_action_units,
             "samples a batch with action units, at least",
             at_least(0));
}

std::vector<std::int64_t> epoch_order(const std::vector<SampleSet>& sets,
                                      const std::vector<double>& weights,
                                      const SamplingOptions& sampling,
                                      std::int64_t batch,
                                      const EpochKey& key) {
  sampling.check();
  check_weights(sets, weights);
  if (batch < 1 || key.epoch < 0)
    throw UsageError("a batch holds at least 1 sample; epochs count from 0");
  const EpochDraws source(sets, weights, key.seed, key.epoch);
  const auto draws = sampling.class_balanced ? source.by_class() : source.by_set();

  RandomStream random{kOrder, key.seed, static_cast<std::uint64_t>(key.epoch)};
  const BatchQuota quota{
      batch, {sampling.min_valence_arousal, sampling.min_expression, sampling.min_action_units}};
  if (*std::max_element(quota.minimum.begin(), quota.minimum.end()) > batch) {
    throw bad_option(
        "data.sampling",
        "a min_ key asks for more than the " + std::to_string(batch) + " samples of a batch");
  }
  const bool any_minimum = quota.minimum != std::array<std::int64_t, kTasks>{};
  const auto places = any_minimum
                          ? arrange_batches(carried_tasks(sets, draws), quota, random)
                          : random_permutation(static_cast<std::int64_t>(draws.size()), random);
  std::vector<std::int64_t> order;
  order.reserve(draws.size());
  for (const std::int64_t place : places) order.push_back(draws[static_cast<std::size_t>(place)]);
  return order;
}

}  // namespace mien
