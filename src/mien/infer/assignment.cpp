#include "mien/infer/assignment.h"

#include <algorithm>
#include <limits>

namespace mien {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr std::size_t kNone = std::numeric_limits<std::size_t>::max();

/// Rows join the matching one after the other, each along the cheapest augmenting path. Column
/// `columns + r` is row r's own way of staying alone.
class Matching {
 public:
  Matching(const CostMatrix& costs, double unmatched)
      : costs_(costs),
        unmatched_(unmatched),
        columns_(costs.columns + costs.rows),
        row_price_(costs.rows),
        column_price_(columns_),
        row_of_(columns_, kNone) {}

  void add(std::size_t row) {
    start_search();
    std::size_t column = kNone;  // the last one of the path; kNone: the new row itself
    std::size_t current = row;
    do {
      const std::size_t next = nearest(current, column);
      const double step = distance_[next];
      row_price_[row] += step;
      for (std::size_t c = 0; c < columns_; ++c) {
        if (visited_[c]) {
          row_price_[row_of_[c]] += step;
          column_price_[c] -= step;
        } else {
          distance_[c] -= step;
        }
      }
      visited_[next] = true;
      column = next;
      current = row_of_[next];
    } while (current != kNone);
    turn_over(row, column);
  }

  std::vector<std::optional<std::size_t>> columns_of_rows() const {
    std::vector<std::optional<std::size_t>> result(costs_.rows);
    for (std::size_t c = 0; c < costs_.columns; ++c) {
      if (row_of_[c] != kNone) result[row_of_[c]] = c;
    }
    return result;
  }

 private:
  double cost(std::size_t row, std::size_t column) const {
    if (column >= costs_.columns) return column - costs_.columns == row ? unmatched_ : kForbidden;
    const double value = costs_.at(row, column);
    return value <= unmatched_ ? value : kForbidden;
  }
  void start_search() {
    distance_.assign(columns_, kInfinity);
    came_from_.assign(columns_, kNone);
    visited_.assign(columns_, false);
  }
  /// The cheapest column to go on with, once the ways over `row` are known.
  std::size_t nearest(std::size_t row, std::size_t column) {
    std::size_t best = kNone;
    for (std::size_t c = 0; c < columns_; ++c) {
      if (visited_[c]) continue;
      const double way = cost(row, c) - row_price_[row] - column_price_[c];
      if (way < distance_[c]) {
        distance_[c] = way;
        came_from_[c] = column;
      }
      if (best == kNone || distance_[c] < distance_[best]) best = c;
    }
    return best;
  }
  /// Matches along the path that ends at `column`.
  void turn_over(std::size_t row, std::size_t column) {
    while (column != kNone) {
      const std::size_t before = came_from_[column];
      row_of_[column] = before == kNone ? row : row_of_[before];
      column = before;
    }
  }

  // Above every path of allowed pairs, and small enough that prices stay exact.
  static constexpr double kForbidden = 1e9;

  const CostMatrix& costs_;
  double unmatched_;
  std::size_t columns_;
  std::vector<double> row_price_;
  std::vector<double> column_price_;
  std::vector<std::size_t> row_of_;  ///< of each column
  std::vector<double> distance_;
  std::vector<std::size_t> came_from_;  ///< the column before, on the way to each
  std::vector<bool> visited_;
};

}  // namespace

std::vector<std::optional<std::size_t>> assign_least(const CostMatrix& costs, double unmatched) {
  Matching matching(costs, unmatched);
  for (std::size_t row = 0; row < costs.rows; ++row) matching.add(row);
  return matching.columns_of_rows();
}

}  // namespace mien
