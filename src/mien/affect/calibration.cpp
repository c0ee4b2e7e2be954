#include "mien/affect/calibration.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>

#include "mien/affect/decisions.h"

namespace mien {
namespace {

constexpr std::size_t kBins = 15;

/// Whether label and prediction both say an expression, of the same classes.
bool both_say(const Prediction& prediction, const Label& label) {
  return label.expression >= 0 &&
         static_cast<std::size_t>(label.expression) < prediction.expression.size();
}

struct Bin {
  std::int64_t pictures = 0;
  double right = 0;
  double confidence = 0;
};

}  // namespace

double log_probability(float probability) {
  constexpr double kLeast = std::numeric_limits<float>::min();
  return std::log(std::max(static_cast<double>(probability), kLeast));
}

void apply_temperature(std::vector<float>& probabilities, double temperature) {
  if (temperature == 1 || probabilities.empty()) return;
  // Against the largest, so that nothing overflows at low temperatures.
  const double largest =
      log_probability(*std::max_element(probabilities.begin(), probabilities.end()));
  std::vector<double> powers;
  powers.reserve(probabilities.size());
  double sum = 0;
  for (const float probability : probabilities) {
    powers.push_back(std::exp((log_probability(probability) - largest) / temperature));
    sum += powers.back();
  }
  for (std::size_t k = 0; k < powers.size(); ++k) {
    probabilities[k] = static_cast<float>(powers[k] / sum);
  }
}

std::vector<Prediction> at_temperature(std::span<const Prediction> predictions,
                                       double temperature) {
  std::vector<Prediction> result(predictions.begin(), predictions.end());
  for (Prediction& prediction : result) apply_temperature(prediction.expression, temperature);
  return result;
}

std::optional<double> negative_log_likelihood(std::span<const Prediction> predictions,
                                              std::span<const Label> labels) {
  double sum = 0;
  std::int64_t counted = 0;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    if (!both_say(predictions[i], labels[i])) continue;
    sum -=
        log_probability(predictions[i].expression[static_cast<std::size_t>(labels[i].expression)]);
    ++counted;
  }
  if (counted == 0) return std::nullopt;
  return sum / static_cast<double>(counted);
}

std::optional<double> calibration_error(std::span<const Prediction> predictions,
                                        std::span<const Label> labels) {
  std::array<Bin, kBins> bins = {};
  std::int64_t counted = 0;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    if (!both_say(predictions[i], labels[i])) continue;
    const std::size_t answer = most_probable(predictions[i].expression);
    const auto confidence = static_cast<double>(predictions[i].expression[answer]);
    const double place = std::clamp(confidence, 0.0, 1.0) * static_cast<double>(kBins);
    Bin& bin = bins[std::min(static_cast<std::size_t>(place), kBins - 1)];
    ++bin.pictures;
    bin.confidence += confidence;
    bin.right += answer == static_cast<std::size_t>(labels[i].expression) ? 1 : 0;
    ++counted;
  }
  if (counted == 0) return std::nullopt;
  // A bin's share times its distance: its count cancels.
  double sum = 0;
  for (const Bin& bin : bins) sum += std::abs(bin.right - bin.confidence);
  return sum / static_cast<double>(counted);
}

}  // namespace mien
