// Round numbers for the axis of a plot.
#pragma once

#include <string>
#include <vector>

namespace mien {

/// An axis from `low` to `high` (both ticks) in steps of 1, 2 or 5 times a power of ten.
struct Ticks {
  double low = 0;
  double high = 1;
  double step = 1;
  std::vector<double> positions() const;
  /// As many decimals as the step needs: "0.05"; very large or small ones with an exponent:
  /// "2.0e-04".
  std::string label(double position) const;
};

/// Ticks that hold [low, high] with about `count` steps. Equal or infinite ends give room around
/// them.
Ticks nice_ticks(double low, double high, int count);

/// The same with whole numbers only, for epochs; `low` and `high` stay the ends.
Ticks whole_ticks(double low, double high, int count);

}  // namespace mien
