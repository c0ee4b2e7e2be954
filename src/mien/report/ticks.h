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

/// An axis of time: seconds from `low` to `high` (not rounded), in steps that a clock has.
Ticks time_ticks(double low, double high, int count);
/// "1:05", "1:02:03"; with a `step` below a second "1:05.25".
std::string time_label(double seconds, double step);

}  // namespace mien
