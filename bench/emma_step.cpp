#include <ATen/Functions.h>

#include "mien/nn/network.h"
#include "mien/train/step.h"

#include "figures.h"
#include "networks.h"

namespace mien::bench {
namespace {

/// Labels of all three tasks, a third of each missing, as the peer draws them.
Batch drawn_batch(std::int64_t count, const Setting& setting) {
  Batch batch;
  batch.pictures = noise_pictures(count, setting);
  const at::Tensor missing = at::rand({count, 3}) < 1.0 / 3;
  batch.valence_arousal = (at::rand({count, 2}) * 2 - 1).masked_fill(missing.slice(1, 0, 1), -5);
  batch.expression = at::randint(8, {count}, at::kLong).masked_fill(missing.select(1, 1), -1);
  batch.action_units =
      at::randint(2, {count, 12}).to(at::kFloat).masked_fill(missing.slice(1, 2, 3), -1);
  return batch;
}

}  // namespace

void emma_step(const Flags& flags) {
  constexpr double kRate = 7.8e-4;
  const std::int64_t count = flags.number("batch", 16);
  const Setting setting = setting_from(flags);
  const NetworkPointer network = abaw_network("emma", setting);
  const Batch batch = drawn_batch(count, setting);
  const Timing timing = timed_steps(flags, network, batch, learner_options(setting), kRate);
  report("emma-step", static_cast<double>(count), timing);
}

}  // namespace mien::bench
