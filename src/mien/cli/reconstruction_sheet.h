// What a masked autoencoder saw and made of it, side by side.
#pragma once

#include <ATen/core/Tensor.h>

#include "mien/image/image.h"
#include "mien/input/input.h"
#include "mien/nn/outputs.h"

namespace mien::cli {

/// A row a picture: the original, what the network saw of it, what it made of that. All [N, 3, S,
/// S], normalised as `input` says; small ones are drawn larger.
Image reconstruction_sheet(const at::Tensor& pictures,
                           const Reconstruction& made,
                           const InputOptions& input);

}  // namespace mien::cli
