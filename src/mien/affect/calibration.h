// How far the probabilities of expressions can be taken at their word, and what makes them so.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "mien/affect.h"

namespace mien {

/// Its natural logarithm; of what a float rounded to 0 that of the smallest that it holds in full.
double log_probability(float probability);

/// Probabilities at a temperature (Guo et al. 2017): p^(1/T), scaled to sum 1. Of softmax(logits)
/// that is softmax(logits / T); the most probable class stays. `temperature` > 0, 1 changes
/// nothing.
void apply_temperature(std::vector<float>& probabilities, double temperature);
/// The predictions with their expressions at that temperature.
std::vector<Prediction> at_temperature(std::span<const Prediction> predictions, double temperature);

/// Mean of -log p of the labelled expression; nothing where no picture has label and prediction.
std::optional<double> negative_log_likelihood(std::span<const Prediction> predictions,
                                              std::span<const Label> labels);

/// Expected calibration error: the mean distance between how probable the answer was said to be and
/// how often it was right, over 15 bins of equal width, weighted by their pictures.
std::optional<double> calibration_error(std::span<const Prediction> predictions,
                                        std::span<const Label> labels);

}  // namespace mien
