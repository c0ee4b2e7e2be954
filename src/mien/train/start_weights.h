// Weights from elsewhere that a training starts from: the transformer's (or trunk's), and EMMA's
// DAN.
#pragma once

#include <string>

#include "mien/core/events.h"
#include "mien/nn/weights.h"
#include "mien/train/train_options.h"

namespace mien {

/// `model.dan`, read once: where its weights lie in a state, and what shaped it.
struct DanWeights {
  StateDict state;
  std::string file;
  std::string prefix;  ///< "" (a DAN's own file) or "cnn." (one inside an EMMA)
};
/// Reads a run or file of mien's (its header sets model.dan_width, dan_stem, dan_heads and
/// dan_expressions) or a published .pth (those options hold then). Throws DataError for a network
/// without a DAN.
DanWeights read_dan(const std::string& run_or_file, ModelOptions& model);
/// Into the DAN of an EMMA; nothing where it has none. Throws WeightsError.
void load_dan(Network& network, const DanWeights& weights);

/// Takes what a weights file or run has of this network's transformer (dan: trunk; cotex: each of
/// its transformers), heads left out, and says what was taken and left through `events`. Throws
/// WeightsError where it does not fit, DataError where the file has nothing of the kind.
void load_backbone(Network& network, const std::string& run_or_file, const EventSink& events);

}  // namespace mien
