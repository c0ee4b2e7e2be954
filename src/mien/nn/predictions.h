// What a network's scores say, as plain values.
#pragma once

#include <vector>

#include "mien/affect.h"
#include "mien/nn/outputs.h"

namespace mien {

/// Outputs to predictions: softmax of the logits over `temperature` (the network card's), sigmoid,
/// in float32. N entries.
std::vector<Prediction> predictions_from_outputs(const Outputs& outputs, double temperature = 1);

}  // namespace mien
