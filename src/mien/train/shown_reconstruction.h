// A few pictures whose gaps a network fills, the same ones after every epoch, for people to look
// at.
#pragma once

#include <vector>

#include <ATen/core/Tensor.h>

#include "mien/data/sets.h"
#include "mien/nn/outputs.h"
#include "mien/nn/registry.h"

namespace mien {

struct TrainingSetup;

/// All [N, 3, S, S], normalised as `input` says, on the CPU.
struct ShownReconstruction {
  at::Tensor pictures;
  Reconstruction made;
  InputOptions input;
};

/// Pictures from all over the sets, as evaluation sees them; undefined where none can be read.
at::Tensor pictures_to_show(const std::vector<SampleSet>& sets, const InputOptions& input);
/// With the gaps that training has as `model.mask`, the same ones each time.
ShownReconstruction reconstruct_shown(const TrainingSetup& setup, const at::Tensor& pictures);

}  // namespace mien
