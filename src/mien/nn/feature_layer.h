// What of a network stands for a face as one vector.
#pragma once

#include <string>

#include <ATen/core/Tensor.h>

#include "mien/nn/registry.h"

namespace mien {

/// class: what the network's heads see; mean: the mean of its patches under the final norm; logits:
/// valence and arousal, expressions, units, before softmax and sigmoid. [N, 3, S, S] -> [N, D]
/// float32. Throws UsageError where a network has no such layer, and for another name.
at::Tensor feature_layer(Network& network, const std::string& layer, const at::Tensor& pictures);

/// class where the network has it, else mean. The network lies on the CPU or where `at` does.
std::string usual_feature_layer(Network& network, const at::Device& at);

}  // namespace mien
