#include <ATen/Functions.h>

#include "mien/affect/vocabulary.h"
#include "mien/nn/network.h"
#include "mien/train/step.h"

#include "figures.h"
#include "networks.h"

namespace mien::bench {

void cotex_step(const Flags& flags) {
  constexpr double kRate = 5e-4;
  constexpr double kPercent = 100;
  const std::int64_t count = flags.number("batch", 16);
  ModelOptions model;
  model.name = "cotex";
  model.mask = static_cast<double>(flags.number("mask", 0)) / kPercent;
  const Setting setting = setting_from(flags);
  LearnerOptions options = learner_options(setting);
  options.optim.micro_batch = flags.number("micro-batch", 0);
  const NetworkPointer network = bench_network(model, abaw_lsd_vocabulary(), setting);
  Batch batch;
  batch.pictures = noise_pictures(count, setting);
  batch.expression = at::randint(6, {count}, at::kLong);
  const Timing timing = timed_steps(flags, network, batch, options, kRate);
  report("cotex-step", static_cast<double>(count), timing);
}

}  // namespace mien::bench
