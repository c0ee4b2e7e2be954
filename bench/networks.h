// The networks, pictures and training steps that the figures are measured on.
#pragma once

#include <cstdint>
#include <string>

#include "mien/nn/device.h"
#include "mien/nn/network.h"
#include "mien/train/step.h"

#include "measure.h"

namespace mien::bench {

/// Where and how a figure runs, from --device, --precision, --threads (0: all cores).
struct Setting {
  c10::Device device;
  Precision precision;
};
Setting setting_from(const Flags& flags);

constexpr std::int64_t kSide = 224;

/// A network with fresh weights for pictures of `side` pixels.
NetworkPointer bench_network(const ModelOptions& model,
                             const Vocabulary& vocabulary,
                             const Setting& setting,
                             std::int64_t side = kSide);
/// ViT-B/16 at 224 under the registry's name ("emma", "vit"), ABAW's outputs.
NetworkPointer abaw_network(const std::string& name, const Setting& setting);

/// Pictures of noise. [N, 3, side, side]
at::Tensor noise_pictures(std::int64_t count, const Setting& setting, std::int64_t side = kSide);

/// The defaults of training, in the setting.
LearnerOptions learner_options(const Setting& setting);

/// Times training steps on the one batch: forward, losses, backward, clipping, optimisers.
Timing timed_steps(const Flags& flags,
                   const NetworkPointer& network,
                   const Batch& batch,
                   const LearnerOptions& options,
                   double rate);

}  // namespace mien::bench
