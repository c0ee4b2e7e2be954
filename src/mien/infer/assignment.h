// Who is matched with whom, at the least cost in all.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

namespace mien {

/// Costs of matching row r with column c, row by row.
struct CostMatrix {
  std::size_t rows = 0;
  std::size_t columns = 0;
  std::vector<double> values;

  CostMatrix(std::size_t row_count, std::size_t column_count)
      : rows(row_count), columns(column_count), values(row_count * column_count) {}
  double& at(std::size_t row, std::size_t column) { return values[row * columns + column]; }
  double at(std::size_t row, std::size_t column) const { return values[row * columns + column]; }
};

/// The column of each row, each column at most once, where a row without one costs `unmatched`:
/// the sum is the least possible (the Hungarian method, Kuhn 1955, with Munkres' potentials). No
/// pair that costs more than `unmatched` is made. Costs are finite or infinite, never NaN. Time
/// rows^2 (rows + columns).
std::vector<std::optional<std::size_t>> assign_least(const CostMatrix& costs, double unmatched);

}  // namespace mien
