#include <algorithm>
#include <cmath>

#include "mien/cli/console.h"
#include "mien/core/text.h"
#include "mien/report/text_width.h"

namespace mien::cli {
namespace {

/// 12300 -> "12,300"
std::string grouped(std::int64_t number) {
  std::string text = std::to_string(number);
  for (std::size_t i = text.size(); i > 3 && text[i - 4] != '-';) {
    i -= 3;
    text.insert(i, ",");
  }
  return text;
}

/// Enough digits to see a number move, no more.
std::string brief(double value) {
  if (!std::isfinite(value)) return std::isnan(value) ? "nan" : value > 0 ? "inf" : "-inf";
  const double size = std::abs(value);
  if (size != 0 && size < 1e-3)
    return number_text(value, 1 - static_cast<int>(std::floor(std::log10(size))));
  return number_text(value, size >= 100 ? 0 : size >= 10 ? 1 : 3);
}

double share_done(const Progress& progress) {
  if (progress.total <= 0) return 0;
  const double share = static_cast<double>(progress.done) / static_cast<double>(progress.total);
  return std::clamp(share, 0.0, 1.0);
}

std::string counts_text(const Progress& progress) {
  std::string text = grouped(progress.done);
  if (progress.total > 0) text += "/" + grouped(progress.total);
  text += " " + progress.unit;
  if (progress.per_second > 0) {
    text += "  " + brief(progress.per_second) + "/s";
    const auto left = static_cast<double>(progress.total - progress.done);
    if (left > 0) text += "  ETA " + clock_text(left / progress.per_second);
  }
  for (const auto& [name, value] : progress.values) text += "  " + name + " " + brief(value);
  return text;
}

std::string percent_text(const Progress& progress) {
  return progress.total > 0
             ? padded(number_text(std::floor(100 * share_done(progress)), 0), 3, Align::kRight) +
                   " %  "
             : "";
}

}  // namespace

std::string clock_text(double seconds) {
  const auto whole = static_cast<std::int64_t>(std::max(0.0, std::ceil(seconds)));
  const auto two = [](std::int64_t n) {
    std::string text = std::to_string(n);
    if (n < 10) text.insert(text.begin(), '0');
    return text;
  };
  const std::string minutes_seconds = two(whole / 60 % 60) + ":" + two(whole % 60);
  if (whole >= 3600) return std::to_string(whole / 3600) + ":" + minutes_seconds;
  return std::to_string(whole / 60) + ":" + two(whole % 60);
}

std::string progress_line(const Progress& progress) {
  return progress.work + "  " + percent_text(progress) + counts_text(progress);
}

std::string progress_bar(const Progress& progress, std::size_t width) {
  constexpr std::size_t kLeast = 8, kMost = 30;
  const std::string rest = percent_text(progress) + counts_text(progress);
  const std::size_t taken = text_width(progress.work) + text_width(rest) + 5;
  const std::size_t room = width > taken ? width - taken : 0;
  if (room < kLeast || progress.total <= 0) return cut_to_width(progress_line(progress), width);
  const std::size_t length = std::min(room, kMost);
  const auto done = static_cast<std::size_t>(share_done(progress) * static_cast<double>(length));
  std::string bar(done, '=');
  if (done < length) bar += '>';
  return progress.work + " [" + padded(bar, length, Align::kLeft) + "] " + rest;
}

}  // namespace mien::cli
