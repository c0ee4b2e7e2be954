// One accumulated step: batches go forward and backward, then the optimisers step (method section
// 7).
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include <c10/core/Device.h>

#include "mien/data/loader.h"
#include "mien/nn/device.h"
#include "mien/nn/registry.h"
#include "mien/train/losses.h"
#include "mien/train/optimiser.h"

namespace mien {

struct LearnerOptions {
  LossOptions loss;
  OptimOptions optim;
  c10::Device device = c10::Device(c10::DeviceType::CPU);
  Precision precision = Precision::kFloat32;
  LabelWeights weights;    ///< on the device
  std::uint64_t seed = 1;  ///< for what the losses learn themselves (dan's centres)
};

/// The losses of one batch.
struct BatchLosses {
  struct Task {
    double value = 0;
    bool labelled = false;  ///< the batch has labels of the task; without, the value is 0
  };
  std::map<std::string, Task> tasks;  ///< "valence_arousal", "expression", .., "total"
  std::string not_finite;             ///< the first task whose loss is not finite; empty: all are
};

/// Norms of the gradients before clipping.
struct StepNorms {
  double network = 0;
  double va_head = 0;
};

/// A network with its losses and optimisers. DAN's centres live here: they learn with the network's
/// optimiser (without weight decay) and are saved in checkpoints, not in weights.
class Learner {
 public:
  /// The network lies on the options' device.
  Learner(NetworkPointer network, LearnerOptions options);

  /// Forward and backward of one batch, in parts of `optim.micro_batch`: same numbers drawn, same
  /// losses and gradients as whole, up to rounding. Its gradients are added `share` times: the
  /// shares of a group sum to 1. All random numbers of the network come from `key`. Nothing goes
  /// backward from where a loss is not finite.
  BatchLosses accumulate(const Batch& batch, double share, std::uint64_t key);
  /// Steps the network's optimiser with the scheduled rate and the VA head's with its own constant
  /// one. An optimiser whose norm is not finite does not step, and none after it.
  StepNorms step(double lr);

  Network& network() { return *network_; }

  /// Network, centres, optimisers, and gradients in the middle of a group.
  void save(StateDict& state) const;
  void load(const StateDict& state, const std::string& file);

 private:
  TaskLosses forward(const Batch& batch) const;

  NetworkPointer network_;
  LearnerOptions options_;
  at::Tensor centers_;  ///< [K, D], dan only
  std::unique_ptr<Optimiser> main_;
  std::unique_ptr<Optimiser> va_head_;  ///< only where the network has such a head
};

}  // namespace mien
