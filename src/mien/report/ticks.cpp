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

Ticks time_ticks(double low, double high, int count) {
  const double rough = std::max(high - low, 1e-3) / std::max(count, 1);
  if (rough <= 1) return {low, high, round_step(rough)};
  for (const double step : {2.0, 5.0, 10.0, 15.0, 30.0, 60.0, 120.0, 300.0, 600.0, 900.0, 1800.0}) {
    if (step >= rough) return {low, high, step};
  }
  return {low, high, 3600 * round_step(rough / 3600)};
}

std::string time_label(double seconds, double step) {
  const int digits =
      step >= 1 ? 0 : std::min(3, static_cast<int>(std::ceil(-std::log10(step) - 1e-9)));
  const double unit = std::pow(10.0, -digits);
  const double rounded = std::round(std::max(seconds, 0.0) / unit) * unit;
  const auto minutes = static_cast<long long>((rounded + unit / 2) / 60);
  std::string rest =
      number_text(std::max(0.0, rounded - 60.0 * static_cast<double>(minutes)), digits);
  if (rest.find('.') == 1 || rest.size() == 1) rest.insert(0, "0");
  if (minutes < 60) return std::to_string(minutes) + ":" + rest;
  const std::string minute = std::to_string(minutes % 60);
  return std::to_string(minutes / 60) + ":" + (minute.size() < 2 ? "0" : "") + minute + ":" + rest;
}

}  // namespace mien
