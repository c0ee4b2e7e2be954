#include "mien/data/sampling.h"

#include <algorithm>
#include <map>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mien/core/random.h"
#include "mien/data/counts.h"
#include "mien/error.h"

#include "made_sets.h"

namespace mien {
namespace {

using test::error_of;
using test::label_set;
using testing::AllOf;
using testing::HasSubstr;

using Order = std::vector<std::int64_t>;

Order order_of(const std::vector<SampleSet>& sets,
               const SamplingOptions& sampling = {},
               std::int64_t batch = 10,
               std::int64_t epoch = 0) {
  return epoch_order(sets, std::vector<double>(sets.size(), 1.0), sampling, batch, {7, epoch});
}

Order sorted(Order order) {
  std::sort(order.begin(), order.end());
  return order;
}

Order counting(std::int64_t n) {
  Order order;
  for (std::int64_t i = 0; i < n; ++i) order.push_back(i);
  return order;
}

TEST(EpochOrder, DrawsEachSampleOnce) {
  const std::vector<SampleSet> sets = {label_set(37), label_set(18)};
  for (std::int64_t epoch = 0; epoch < 3; ++epoch) {
    EXPECT_EQ(sorted(order_of(sets, {}, 10, epoch)), counting(55));
  }
}

TEST(EpochOrder, IsAPureFunctionOfSeedAndEpoch) {
  const std::vector<SampleSet> sets = {label_set(100)};
  EXPECT_EQ(order_of(sets), order_of(sets));
  EXPECT_NE(order_of(sets, {}, 10, 0), order_of(sets, {}, 10, 1));
  EXPECT_NE(epoch_order(sets, {1.0}, {}, 10, {1, 0}), epoch_order(sets, {1.0}, {}, 10, {2, 0}));
  EXPECT_NE(order_of(sets), counting(100));
}

TEST(EpochOrder, MixesTheSets) {
  const Order order = order_of({label_set(500), label_set(500)});
  const auto early =
      std::count_if(order.begin(), order.begin() + 500, [](std::int64_t i) { return i < 500; });
  EXPECT_NEAR(static_cast<double>(early), 250, 60);
}

TEST(EpochOrder, WeightsDrawPassAfterPass) {
  const std::vector<SampleSet> sets = {label_set(10), label_set(20)};
  std::map<std::int64_t, int> drawn;
  for (std::int64_t epoch = 0; epoch < 4; ++epoch) {
    const Order order = epoch_order(sets, {0.5, 2.0}, {}, 8, {3, epoch});
    EXPECT_EQ(order.size(), 45U);
    for (const std::int64_t i : order) ++drawn[i];
  }
  // Half of 10 in 4 epochs: each twice; twice 20 in 4 epochs: each eight times.
  for (std::int64_t i = 0; i < 30; ++i) EXPECT_EQ(drawn[i], i < 10 ? 2 : 8) << i;
}

TEST(EpochOrder, WeightOfNothingDrawsNothing) {
  const Order order = epoch_order({label_set(5), label_set(5)}, {1.0, 0.0}, {}, 2, {1, 0});
  EXPECT_EQ(sorted(order), counting(5));
}

TEST(EpochOrder, BalancesClasses) {
  SampleSet set = label_set(300);
  for (int i = 0; i < 300; ++i) {
    // 240 neutral, 30 anger, 6 fear, the rest without a class.
    set.samples[static_cast<std::size_t>(i)].label.expression = i < 240   ? 0
                                                                : i < 270 ? 1
                                                                : i < 276 ? 3
                                                                          : -1;
  }
  SamplingOptions sampling;
  sampling.class_balanced = true;
  std::map<int, int> counts;
  std::set<std::int64_t> neutral;
  std::map<std::int64_t, int> fear;
  for (std::int64_t epoch = 0; epoch < 12; ++epoch) {
    const Order order = order_of({set}, sampling, 10, epoch);
    ASSERT_EQ(order.size(), 300U);
    for (const std::int64_t i : order) {
      const int expression = set.samples[static_cast<std::size_t>(i)].label.expression;
      ++counts[expression];
      if (expression == 0) neutral.insert(i);
      if (expression == 3) ++fear[i];
    }
  }
  EXPECT_EQ(counts[0], 1200);
  EXPECT_EQ(counts[1], 1200);
  EXPECT_EQ(counts[3], 1200);
  EXPECT_EQ(counts.count(-1), 0U);
  EXPECT_EQ(neutral.size(), 240U);  // without replacement: all come by
  for (const auto& [index, times] : fear) EXPECT_EQ(times, 200) << index;
  EXPECT_THROW(order_of({label_set(5)}, sampling), OptionError);
}

int carriers(
    const SampleSet& set, const Order& order, std::size_t first, std::size_t size, int task) {
  int count = 0;
  for (std::size_t i = first; i < std::min(first + size, order.size()); ++i) {
    const Label& label = set.samples[static_cast<std::size_t>(order[i])].label;
    count += task == 0   ? label.has_valence_arousal()
             : task == 1 ? label.expression >= 0
                         : has_unit_label(label);
  }
  return count;
}

/// `va`, `expression` and `units` are periods: every n-th sample carries that label.
SampleSet periodic_set(int count, int va, int expression, int units) {
  SampleSet set = label_set(count);
  for (int i = 0; i < count; ++i) {
    Label& label = set.samples[static_cast<std::size_t>(i)].label;
    if (i % va == 0) label.valence = label.arousal = 0.1F;
    if (i % expression == 1) label.expression = i % 8;
    if (i % units == 2) label.action_units[0] = 1;
  }
  return set;
}

TEST(EpochOrder, KeepsMinimaInEveryBatch) {
  const SampleSet set = periodic_set(1000, 20, 3, 7);  // 50 VA, 333 expressions, 143 units
  SamplingOptions sampling;
  sampling.min_valence_arousal = 2;
  sampling.min_expression = 13;
  sampling.min_action_units = 5;
  for (std::int64_t epoch = 0; epoch < 5; ++epoch) {
    const Order order = order_of({set}, sampling, 40, epoch);
    EXPECT_EQ(sorted(order), counting(1000));
    for (std::size_t first = 0; first < 1000; first += 40) {
      EXPECT_GE(carriers(set, order, first, 40, 0), 2);
      EXPECT_GE(carriers(set, order, first, 40, 1), 13);
      EXPECT_GE(carriers(set, order, first, 40, 2), 5);
    }
  }
}

TEST(EpochOrder, KeepsMinimaWhereThereIsNoSlack) {
  const SampleSet set = periodic_set(200, 10, 50, 50);  // exactly 20 VA for 20 batches
  SamplingOptions sampling;
  sampling.min_valence_arousal = 1;
  const Order order = order_of({set}, sampling, 10);
  for (std::size_t first = 0; first < 200; first += 10)
    EXPECT_EQ(carriers(set, order, first, 10, 0), 1);
}

TEST(EpochOrder, GivesAShortLastBatchItsShare) {
  const SampleSet set = periodic_set(95, 5, 50, 50);  // 19 VA; nine batches of 10 and one of 5
  SamplingOptions sampling;
  sampling.min_valence_arousal = 2;
  const Order order = order_of({set}, sampling, 10);
  for (std::size_t first = 0; first < 90; first += 10)
    EXPECT_GE(carriers(set, order, first, 10, 0), 2);
  EXPECT_GE(carriers(set, order, 90, 10, 0), 1);
}

TEST(EpochOrder, RandomMinimaHoldOrAreRefused) {
  RandomStream random(5);
  int kept = 0;
  for (int round = 0; round < 60; ++round) {
    const int count = static_cast<int>(random.below(300)) + 1;
    SampleSet set = label_set(count);
    for (Sample& sample : set.samples) {
      if (random.chance(0.3)) sample.label.valence = sample.label.arousal = 0.0F;
      if (random.chance(0.5)) sample.label.expression = 1;
      if (random.chance(0.4)) sample.label.action_units[3] = 0;
    }
    SamplingOptions sampling;
    sampling.min_valence_arousal = random.below(4);
    sampling.min_expression = random.below(6);
    sampling.min_action_units = random.below(5);
    const std::int64_t batch = 6 + random.below(30);
    const auto size = static_cast<std::size_t>(batch);
    Order order;
    try {
      order = order_of({set}, sampling, batch);
    } catch (const OptionError&) {
      continue;
    }
    ++kept;
    EXPECT_EQ(sorted(order), counting(count));
    for (std::size_t first = 0; first + size <= order.size(); first += size) {
      EXPECT_GE(carriers(set, order, first, size, 0), sampling.min_valence_arousal);
      EXPECT_GE(carriers(set, order, first, size, 1), sampling.min_expression);
      EXPECT_GE(carriers(set, order, first, size, 2), sampling.min_action_units);
    }
  }
  EXPECT_GT(kept, 30);
}

TEST(EpochOrder, SaysWhenLabelsAreTooFew) {
  SamplingOptions sampling;
  sampling.min_valence_arousal = 3;
  EXPECT_THAT(error_of([&] { order_of({periodic_set(100, 20, 3, 7)}, sampling, 10); }),
              AllOf(HasSubstr("data.sampling.min_valence_arousal"),
                    HasSubstr("10 batches of 10 need 30"),
                    HasSubstr("there are 5")));
  sampling.min_valence_arousal = 11;
  EXPECT_THAT(error_of([&] { order_of({label_set(100)}, sampling, 10); }),
              HasSubstr("more than the 10 samples"));
  sampling.min_valence_arousal = -1;
  EXPECT_THROW(order_of({label_set(100)}, sampling, 10), OptionError);
}

TEST(EpochOrder, RefusesWrongCalls) {
  EXPECT_THROW(epoch_order({}, {}, {}, 1, {1, 0}), UsageError);
  EXPECT_THROW(epoch_order({label_set(1)}, {}, {}, 1, {1, 0}), UsageError);
  EXPECT_THROW(epoch_order({label_set(1)}, {-1.0}, {}, 1, {1, 0}), OptionError);
  EXPECT_THROW(epoch_order({label_set(1)}, {1.0}, {}, 0, {1, 0}), UsageError);
}

}  // namespace
}  // namespace mien
