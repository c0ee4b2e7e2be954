// The networks and pictures that the figures are measured on.
#pragma once

#include <string>

#include "mien/nn/device.h"
#include "mien/nn/network.h"

#include "measure.h"

namespace mien::bench {

/// Where and how a figure runs, from --device, --precision, --threads (0: all cores).
struct Setting {
  c10::Device device;
  Precision precision;
};
Setting setting_from(const Flags& flags);

/// ViT-B/16 at 224 under the registry's name ("emma", "vit"), ABAW's outputs, fresh weights.
NetworkPointer bench_network(const std::string& name, const Setting& setting);

/// Pictures of noise. [N, 3, 224, 224]
at::Tensor noise_pictures(std::int64_t count, const Setting& setting);

}  // namespace mien::bench
