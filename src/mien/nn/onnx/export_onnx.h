// A network as an ONNX model, for other programs to run.
#pragma once

#include "mien/nn/onnx/onnx_model.h"
#include "mien/nn/registry.h"
#include "mien/nn/weights.h"

namespace mien {

/// What the network computes in evaluation, in float32: from `pictures` [N, 3, S, S], normalised,
/// for any N, to `valence_arousal` [N, 2], `expression` [N, K] (probabilities, by the card's
/// temperature), `action_units` [N, U] (probabilities) and `features` [N, D], of which it has those
/// that the network gives. The model's metadata are those of a weights file. The network must be on
/// the CPU; its parameters learn no more. Throws FailureError naming an operator that has no
/// conversion.
OnnxModel onnx_model_of(Network& network, const NetworkCard& card);

}  // namespace mien
