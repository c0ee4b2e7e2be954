// The memory that a training step takes, by trying it.
#pragma once

#include <cstdint>

#include <c10/core/Device.h>

#include "mien/nn/device.h"
#include "mien/train/train_options.h"

namespace mien {

/// Where a step is computed.
struct StepPlace {
  c10::Device device = c10::Device(c10::DeviceType::CPU);
  Precision precision = Precision::kFloat32;
};

/// What a step without a mask takes of the device's memory, bytes.
struct StepMemory {
  double fixed = 0;        ///< weights, gradients, the optimiser's moments
  double per_picture = 0;  ///< what forward keeps for backward
  double waiting = 0;      ///< a picture in the loader's hands, where these lie on the device
};

/// Tries steps of a few pictures with a network of these options, without mask and drop path.
/// Leaves the state of the random generator changed.
StepMemory measure_step_memory(const TrainOptions& options, const StepPlace& place);

/// Bytes that a new piece of work can have there.
double free_memory(const c10::Device& device);

}  // namespace mien
