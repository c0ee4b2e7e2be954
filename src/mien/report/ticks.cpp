#include "mien/report/ticks.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "mien/core/text.h"

namespace mien {
namespace {

/// The smallest of 1, 2, 5, 10 times a power of ten that is not below `rough`.
double round_step(double rough) {
  const double power = std::pow(10.0, std::floor(std::log10(rough)));
  for (const double factor : {1.0, 2.0, 5.0}) {
    if (factor * power >= rough * (1 - 1e-9)) return factor * power;
  }
  return 10 * power;
}

}  // namespace

std::vector<double> Ticks::positions() const {
  std::vector<double> result;
  double next = std::ceil(low / step - 1e-6);
  while (next * step <= high + step * 1e-6) {
    result.push_back(next * step);
    ++next;
  }
  return result;
}

std::string Ticks::label(double position) const {
  const double largest = std::max(std::abs(low), std::abs(high));
  if (std::abs(position) < step * 1e-6) return "0";
  if (largest >= 1e6 || largest < 1e-2) {
    char text[32];
    std::snprintf(text, sizeof text, "%.1e", position);
    return text;
  }
  const int digits = std::max(0, static_cast<int>(std::ceil(-std::log10(step) - 1e-9)));
  return number_text(position, std::min(digits, 12));
}

Ticks nice_ticks(double low, double high, int count) {
  if (!std::isfinite(low) || !std::isfinite(high)) return {0, 1, 0.2};
  if (high - low <= 1e-9 * std::max(std::abs(low), std::abs(high))) {
    const double room = low == 0 ? 1 : std::abs(low) * 0.1;
    low -= room;
    high += room;
  }
  const double step = round_step((high - low) / std::max(count, 1));
  return {std::floor(low / step + 1e-6) * step, std::ceil(high / step - 1e-6) * step, step};
}

Ticks whole_ticks(double low, double high, int count) {
  if (!std::isfinite(low) || !std::isfinite(high)) return {0, 1, 1};
  if (high - low < 1) return {std::floor(low) - 1, std::floor(low) + 1, 1};
  return {low, high, std::max(1.0, round_step((high - low) / std::max(count, 1)))};
}

}  // namespace mien
