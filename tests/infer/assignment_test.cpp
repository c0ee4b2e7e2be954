#include "mien/infer/assignment.h"

#include <algorithm>
#include <limits>
#include <numeric>

#include <gtest/gtest.h>

#include "mien/core/random.h"

namespace mien {
namespace {

CostMatrix matrix(std::size_t rows, std::size_t columns, const std::vector<double>& values) {
  CostMatrix costs(rows, columns);
  costs.values = values;
  return costs;
}

double cost_of(const CostMatrix& costs,
               const std::vector<std::optional<std::size_t>>& columns,
               double unmatched) {
  double sum = 0;
  for (std::size_t row = 0; row < costs.rows; ++row) {
    sum += columns[row] ? costs.at(row, columns[row].value()) : unmatched;
  }
  return sum;
}

/// Tries everything.
double least_cost(const CostMatrix& costs, double unmatched) {
  // A permutation of columns and as many ways to stay alone as there are rows.
  std::vector<std::size_t> order(costs.columns + costs.rows);
  std::iota(order.begin(), order.end(), std::size_t{0});
  double least = std::numeric_limits<double>::infinity();
  do {
    double sum = 0;
    for (std::size_t row = 0; row < costs.rows; ++row) {
      sum += order[row] < costs.columns ? costs.at(row, order[row]) : unmatched;
    }
    least = std::min(least, sum);
  } while (std::next_permutation(order.begin(), order.end()));
  return least;
}

TEST(Assignment, TakesTheLeastSumAndNotTheLeastPair) {
  const auto columns = assign_least(matrix(2, 2, {1, 2, 2, 9}), 100);
  EXPECT_EQ(columns[0], 1U);
  EXPECT_EQ(columns[1], 0U);
}

TEST(Assignment, LeavesAloneWhatCostsMore) {
  const auto columns = assign_least(matrix(2, 1, {3, 1}), 2);
  EXPECT_FALSE(columns[0].has_value());
  EXPECT_EQ(columns[1], 0U);
  // Together 3 + 3 is less than 1 + 6, but 3 is over the limit for each.
  const auto dear = assign_least(matrix(2, 2, {1, 3, 3, 6}), 2.5);
  EXPECT_EQ(dear[0], 0U);
  EXPECT_FALSE(dear[1].has_value());
}

TEST(Assignment, NothingToAssign) {
  EXPECT_TRUE(assign_least(CostMatrix(0, 3), 1).empty());
  const auto columns = assign_least(CostMatrix(2, 0), 1);
  EXPECT_FALSE(columns[0].has_value());
  EXPECT_FALSE(columns[1].has_value());
  const double never = std::numeric_limits<double>::infinity();
  EXPECT_FALSE(assign_least(matrix(1, 1, {never}), 1)[0].has_value());
}

TEST(Assignment, IsTheBestOfAll) {
  RandomStream random({7});
  for (int trial = 0; trial < 300; ++trial) {
    const auto rows = static_cast<std::size_t>(random.below(4)) + 1;
    const auto columns = static_cast<std::size_t>(random.below(4));
    CostMatrix costs(rows, columns);
    for (double& value : costs.values) value = random.uniform(-5, 5);
    const double unmatched = random.uniform(-2, 6);
    const auto found = assign_least(costs, unmatched);
    for (std::size_t row = 0; row < rows; ++row) {
      if (!found[row]) continue;
      EXPECT_LE(costs.at(row, found[row].value()), unmatched);
      for (std::size_t other = 0; other < row; ++other) EXPECT_NE(found[row], found[other]);
    }
    CostMatrix allowed = costs;
    for (double& value : allowed.values) {
      if (value > unmatched) value = std::numeric_limits<double>::infinity();
    }
    EXPECT_NEAR(cost_of(costs, found, unmatched), least_cost(allowed, unmatched), 1e-9);
  }
}

}  // namespace
}  // namespace mien
