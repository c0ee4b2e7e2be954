#include "mien/infer/appearance.h"

#include <algorithm>
#include <cmath>

namespace mien {
namespace {

constexpr double kMemory = 2;  // seconds over which a look is averaged

/// 1 / length, or 0 for features that are no numbers.
double scale_of(const std::vector<float>& features) {
  double sum = 0;
  for (const float value : features) sum += static_cast<double>(value) * static_cast<double>(value);
  return sum > 0 && std::isfinite(sum) ? 1 / std::sqrt(sum) : 0.0;
}

}  // namespace

void Look::see(const std::vector<float>& features, double seconds) {
  const double scale = scale_of(features);
  if (scale <= 0) return;
  if (views_ == 0) mean_.assign(features.size(), 0.0F);
  if (mean_.size() != features.size()) return;
  ++views_;
  const double weight =
      std::max(1.0 / static_cast<double>(views_), 1 - std::exp(-seconds / kMemory));
  for (std::size_t i = 0; i < features.size(); ++i) {
    const double change = scale * static_cast<double>(features[i]) - static_cast<double>(mean_[i]);
    mean_[i] += static_cast<float>(weight * change);
  }
}

std::optional<double> Look::distance(const std::vector<float>& features) const {
  const double scale = scale_of(features);
  if (views_ == 0 || scale <= 0 || mean_.size() != features.size()) return std::nullopt;
  double sum = 0;
  for (std::size_t i = 0; i < features.size(); ++i) {
    const double change = scale * static_cast<double>(features[i]) - static_cast<double>(mean_[i]);
    sum += change * change;
  }
  return sum;
}

void LookScale::Mean::add(double next) {
  constexpr std::size_t kMost = 200;
  count = std::min(count + 1, kMost);
  value += (next - value) / static_cast<double>(count);
}

double LookScale::strangeness(double distance) const {
  constexpr std::size_t kEnough = 10;
  constexpr double kUsualRatio = 4;  // of the two means, as long as nobody was seen beside another
  constexpr double kLeast = -2;
  constexpr double kMost = 6;
  if (same_.count < kEnough || !(same_.value > 0)) return 0;
  const bool known = different_.count >= kEnough;
  const double different = known ? different_.value : kUsualRatio * same_.value;
  if (different <= same_.value) return 0;
  // Of two normal distributions about the look, in two dimensions: more would count what hangs
  // together several times.
  const double ratio =
      std::log(same_.value / different) + distance / same_.value - distance / different;
  return std::clamp(ratio, kLeast, kMost);
}

}  // namespace mien
