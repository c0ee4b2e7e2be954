#include "mien/core/random.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <set>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mien/error.h"

namespace mien {
namespace {

std::vector<std::uint64_t> draws(RandomStream random, int count) {
  std::vector<std::uint64_t> numbers;
  numbers.reserve(static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i) numbers.push_back(random());
  return numbers;
}

TEST(MixKey, DependsOnOrderAndCountOfTheParts) {
  const std::set<std::uint64_t> keys = {mix_key({}),
                                        mix_key({0}),
                                        mix_key({0, 0}),
                                        mix_key({1, 0}),
                                        mix_key({0, 1}),
                                        mix_key({1}),
                                        mix_key({1, 2}),
                                        mix_key({2, 1})};
  EXPECT_EQ(keys.size(), 8U);
  EXPECT_EQ(mix_key({1, 2, 3}), mix_key({1, 2, 3}));
}

TEST(MixKey, HasNoCollisionsAmongNeighbouringKeys) {
  std::set<std::uint64_t> keys;
  for (std::uint64_t epoch = 0; epoch < 100; ++epoch) {
    for (std::uint64_t index = 0; index < 1000; ++index) keys.insert(mix_key({3, epoch, index}));
  }
  EXPECT_EQ(keys.size(), 100000U);
}

TEST(RandomStream, IsAFunctionOfItsKeyAlone) {
  EXPECT_EQ(draws(RandomStream({1, 2, 3}), 50), draws(RandomStream({1, 2, 3}), 50));
  EXPECT_EQ(draws(RandomStream({1, 2, 3}), 5), draws(RandomStream(mix_key({1, 2, 3})), 5));
  EXPECT_NE(draws(RandomStream({1, 2, 3}), 5), draws(RandomStream({1, 3, 2}), 5));
}

// Numbers of the reference generators: xoshiro256** after SplitMix64 of seed 0. A change of these
// would make every run that was seeded before another run.
TEST(RandomStream, IsXoshiroSeededThroughSplitMix) {
  std::array<std::uint64_t, 4> state{};
  std::uint64_t counter = 0;
  for (std::uint64_t& word : state) {
    counter += 0x9e3779b97f4a7c15;
    std::uint64_t z = counter;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    word = z ^ (z >> 31);
  }
  EXPECT_EQ(state[0], 0xe220a8397b1dcdafU);  // SplitMix64's published first number for seed 0
  const std::uint64_t times5 = state[1] * 5;
  EXPECT_EQ(RandomStream(0)(), ((times5 << 7) | (times5 >> 57)) * 9);
  EXPECT_EQ(RandomStream(0)(), 0x99ec5f36cb75f2b4U);
}

TEST(RandomStream, UniformFillsItsRangeEvenly) {
  RandomStream random(11);
  std::array<int, 20> bins{};
  constexpr int kDraws = 200000;
  double sum = 0;
  for (int i = 0; i < kDraws; ++i) {
    const double value = random.uniform();
    ASSERT_GE(value, 0.0);
    ASSERT_LT(value, 1.0);
    ++bins[static_cast<std::size_t>(value * 20)];
    sum += value;
  }
  EXPECT_NEAR(sum / kDraws, 0.5, 0.003);
  double chi_square = 0;
  for (const int count : bins) chi_square += std::pow(count - kDraws / 20, 2) / (kDraws / 20.0);
  EXPECT_LT(chi_square, 43.8);  // 19 degrees of freedom, one in a thousand
}

TEST(RandomStream, UniformBetweenBoundsStaysBelowTheUpperOne) {
  RandomStream random(5);
  for (int i = 0; i < 1000; ++i) {
    const double value = random.uniform(1.0, std::nextafter(1.0, 2.0));
    EXPECT_EQ(value, 1.0);
    const double wide = random.uniform(-3, 2);
    EXPECT_TRUE(wide >= -3 && wide < 2);
  }
  EXPECT_EQ(random.uniform(2, 2), 2);
}

TEST(RandomStream, BelowReachesEveryNumberEquallyOften) {
  RandomStream random(3);
  std::array<int, 7> counts{};
  for (int i = 0; i < 70000; ++i) ++counts[static_cast<std::size_t>(random.below(7))];
  for (const int count : counts) EXPECT_NEAR(count, 10000, 400);
  EXPECT_EQ(random.below(1), 0);
  EXPECT_LT(random.below(std::int64_t{1} << 62), std::int64_t{1} << 62);
  EXPECT_THROW(random.below(0), UsageError);
}

TEST(RandomStream, NormalHasMeanZeroAndDeviationOne) {
  RandomStream random(9);
  constexpr int kDraws = 100000;
  double sum = 0;
  double squares = 0;
  int beyond_two = 0;
  for (int i = 0; i < kDraws; ++i) {
    const double value = random.normal();
    sum += value;
    squares += value * value;
    beyond_two += std::abs(value) > 2 ? 1 : 0;
  }
  EXPECT_NEAR(sum / kDraws, 0, 0.015);
  EXPECT_NEAR(squares / kDraws, 1, 0.02);
  EXPECT_NEAR(beyond_two / double{kDraws}, 0.0455, 0.003);
}

TEST(RandomStream, ChanceKeepsItsPromise) {
  RandomStream random(21);
  int yes = 0;
  for (int i = 0; i < 50000; ++i) yes += random.chance(0.2) ? 1 : 0;
  EXPECT_NEAR(yes, 10000, 400);
  EXPECT_FALSE(random.chance(0));
  EXPECT_TRUE(random.chance(1));
}

TEST(RandomPermutation, HoldsEveryNumberOnceAndDiffersByKey) {
  RandomStream random({1, 0});
  const auto order = random_permutation(1000, random);
  auto sorted = order;
  std::sort(sorted.begin(), sorted.end());
  for (std::int64_t i = 0; i < 1000; ++i) EXPECT_EQ(sorted[static_cast<std::size_t>(i)], i);
  EXPECT_NE(order, sorted);
  RandomStream other({1, 1});
  EXPECT_NE(random_permutation(1000, other), order);
  EXPECT_TRUE(random_permutation(0, random).empty());
}

TEST(RandomPermutation, PutsEachNumberAtEachPlaceEquallyOften) {
  std::array<std::array<int, 4>, 4> counts{};
  for (std::uint64_t key = 0; key < 8000; ++key) {
    RandomStream random({key});
    const auto order = random_permutation(4, random);
    for (std::size_t place = 0; place < 4; ++place) {
      ++counts[static_cast<std::size_t>(order[place])][place];
    }
  }
  for (const auto& row : counts) {
    for (const int count : row) EXPECT_NEAR(count, 2000, 170);
  }
}

}  // namespace
}  // namespace mien
