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
  LearnerOptions options;
  options.optim.micro_batch = flags.number("micro-batch", 0);
  const Setting setting = setting_from(flags);
  options.device = setting.device;
  options.precision = setting.precision;
  const NetworkPointer network = create_network(model, abaw_lsd_vocabulary(), InputOptions{});
  network->to(setting.device);
  network->train();
  Batch batch;
  batch.pictures = noise_pictures(count, setting);
  batch.expression = at::randint(6, {count}, at::kLong);
  Learner learner(network, options);

  std::uint64_t key = 0;
  const Timing timing = timed(flags, [&] {
    learner.accumulate(batch, 1, ++key);
    learner.step(kRate);
  });
  report("cotex-step", static_cast<double>(count), timing);
}

}  // namespace mien::bench
