#include "mien/data/batch_quota.h"

#include <algorithm>
#include <numeric>
#include <string>

#include "mien/data/option_value.h"
#include "mien/error.h"

namespace mien {
namespace {

using Counts = std::array<std::int64_t, kTasks>;

const std::array<std::string, kTasks> kKeys = {"data.sampling.min_valence_arousal",
                                               "data.sampling.min_expression",
                                               "data.sampling.min_action_units"};

bool carries_task(TaskBits bits, std::size_t task) {
  return ((bits >> task) & 1) != 0;
}

class Arranger {
 public:
  Arranger(const std::vector<TaskBits>& carries, const BatchQuota& quota, RandomStream& random)
      : carries_(carries), random_(random) {
    const auto total = static_cast<std::int64_t>(carries.size());
    for (std::int64_t first = 0; first < total; first += quota.batch) {
      const std::int64_t size = std::min(quota.batch, total - first);
      Counts& needed = needed_.emplace_back();
      for (std::size_t task = 0; task < kTasks; ++task) {
        needed[task] = (quota.minimum[task] * size + quota.batch - 1) / quota.batch;
      }
      sizes_.push_back(size);
    }
    for (const TaskBits bits : carries) {
      for (std::size_t task = 0; task < kTasks; ++task)
        available_[task] += carries_task(bits, task);
    }
    check_enough(quota);
  }

  std::vector<std::int64_t> arranged() {
    deal();
    repair();
    std::vector<std::int64_t> order;
    order.reserve(carries_.size());
    for (const std::size_t b : shuffled_batches()) {
      for (const std::int64_t i : random_permutation(sizes_[b], random_)) {
        order.push_back(batches_[b][static_cast<std::size_t>(i)]);
      }
    }
    return order;
  }

 private:
  void check_enough(const BatchQuota& quota) const {
    for (std::size_t task = 0; task < kTasks; ++task) {
      std::int64_t needed = 0;
      for (const Counts& batch : needed_) needed += batch[task];
      if (needed <= available_[task]) continue;
      throw bad_option(
          kKeys[task],
          "is " + std::to_string(quota.minimum[task]) + ": " + std::to_string(sizes_.size()) +
              " batches of " + std::to_string(quota.batch) + " need " + std::to_string(needed) +
              " such labels an epoch, and there are " + std::to_string(available_[task]) +
              ". Lower it or give those sets more weight");
    }
  }

  /// Tasks by how tight their quota is: needed labels over available ones.
  std::array<std::size_t, kTasks> by_tightness() const {
    std::array<double, kTasks> tightness = {};
    for (std::size_t task = 0; task < kTasks; ++task) {
      double needed = 0;
      for (const Counts& batch : needed_) needed += static_cast<double>(batch[task]);
      tightness[task] = needed / static_cast<double>(std::max<std::int64_t>(available_[task], 1));
    }
    std::array<std::size_t, kTasks> tasks = {0, 1, 2};
    std::sort(tasks.begin(), tasks.end(), [&](std::size_t a, std::size_t b) {
      return tightness[a] > tightness[b];
    });
    return tasks;
  }

  /// Deals the draws, sorted by what they carry, round the batches. The carriers of the two
  /// tightest tasks lie side by side in that order, and a run that is dealt round is spread evenly.
  void deal() {
    const auto tasks = by_tightness();
    const auto group = [&](std::int64_t i) {
      const TaskBits bits = carries_[static_cast<std::size_t>(i)];
      const bool first = carries_task(bits, tasks[0]);
      const bool second = carries_task(bits, tasks[1]);
      const int place = first ? (second ? 1 : 0) : (second ? 2 : 3);
      return 2 * place + (carries_task(bits, tasks[2]) ? 0 : 1);
    };
    std::vector<std::int64_t> draws =
        random_permutation(static_cast<std::int64_t>(carries_.size()), random_);
    std::stable_sort(draws.begin(), draws.end(), [&](std::int64_t a, std::int64_t b) {
      return group(a) < group(b);
    });
    batches_.resize(sizes_.size());
    counts_.resize(sizes_.size());
    std::size_t next = 0;
    for (const std::size_t b : slots()) put(b, draws[next++]);
  }

  /// The batch of each slot: every batch fills at the same pace, a short last one too.
  std::vector<std::size_t> slots() const {
    std::vector<std::pair<double, std::size_t>> places;
    places.reserve(carries_.size());
    for (std::size_t b = 0; b < sizes_.size(); ++b) {
      for (std::int64_t i = 0; i < sizes_[b]; ++i) {
        places.emplace_back((static_cast<double>(i) + 0.5) / static_cast<double>(sizes_[b]), b);
      }
    }
    std::sort(places.begin(), places.end());
    std::vector<std::size_t> batches;
    batches.reserve(places.size());
    for (const auto& place : places) batches.push_back(place.second);
    return batches;
  }

  void put(std::size_t b, std::int64_t draw) {
    batches_[b].push_back(draw);
    count(b, draw, 1);
  }

  void count(std::size_t b, std::int64_t draw, std::int64_t sign) {
    for (std::size_t task = 0; task < kTasks; ++task) {
      if (carries_task(carries_[static_cast<std::size_t>(draw)], task)) counts_[b][task] += sign;
    }
  }

  /// Swaps draws between batches until no batch lacks a label that another can spare.
  void repair() {
    for (std::size_t task = 0; task < kTasks; ++task) {
      for (std::size_t b = 0; b < batches_.size(); ++b) {
        while (counts_[b][task] < needed_[b][task]) {
          if (!borrow(b, task)) {
            throw bad_option(kKeys[task],
                             "cannot be met together with the other min_ keys: lower one");
          }
        }
      }
    }
  }

  bool borrow(std::size_t to, std::size_t task) {
    for (std::size_t from = 0; from < batches_.size(); ++from) {
      if (from == to || counts_[from][task] <= needed_[from][task]) continue;
      for (std::int64_t& given : batches_[from]) {
        if (!carries_task(carries_[static_cast<std::size_t>(given)], task)) continue;
        for (std::int64_t& back : batches_[to]) {
          if (swap_helps(from, given, to, back, task)) return true;
        }
      }
    }
    return false;
  }

  /// Swaps when the receiver gains a label of the task and no batch falls below a quota that it
  /// met.
  bool swap_helps(
      std::size_t from, std::int64_t& given, std::size_t to, std::int64_t& back, std::size_t task) {
    const TaskBits gained = carries_[static_cast<std::size_t>(given)];
    const TaskBits lost = carries_[static_cast<std::size_t>(back)];
    if (carries_task(lost, task)) return false;
    for (std::size_t t = 0; t < kTasks; ++t) {
      const int change = carries_task(gained, t) - carries_task(lost, t);
      if (change > 0 && counts_[from][t] <= needed_[from][t]) return false;
      if (change < 0 && counts_[to][t] <= needed_[to][t]) return false;
    }
    count(from, given, -1);
    count(to, back, -1);
    std::swap(given, back);
    count(from, given, 1);
    count(to, back, 1);
    return true;
  }

  /// Full batches in random order; a short one stays last.
  std::vector<std::size_t> shuffled_batches() {
    std::vector<std::size_t> batches;
    const bool short_last = sizes_.size() > 1 && sizes_.back() < sizes_.front();
    const auto full = static_cast<std::int64_t>(sizes_.size()) - (short_last ? 1 : 0);
    for (const std::int64_t b : random_permutation(full, random_)) {
      batches.push_back(static_cast<std::size_t>(b));
    }
    if (short_last) batches.push_back(sizes_.size() - 1);
    return batches;
  }

  const std::vector<TaskBits>& carries_;
  RandomStream& random_;
  std::vector<std::int64_t> sizes_;
  std::vector<Counts> needed_;
  std::vector<Counts> counts_;
  Counts available_ = {};
  std::vector<std::vector<std::int64_t>> batches_;
};

}  // namespace

std::vector<std::int64_t> arrange_batches(const std::vector<TaskBits>& carries,
                                          const BatchQuota& quota,
                                          RandomStream& random) {
  if (carries.empty()) return {};
  return Arranger(carries, quota, random).arranged();
}

}  // namespace mien
