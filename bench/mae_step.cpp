#include "mien/nn/network.h"
#include "mien/train/step.h"

#include "figures.h"
#include "networks.h"

namespace mien::bench {

void mae_step(const Flags& flags) {
  constexpr double kRate = 2.4e-3;
  const std::int64_t count = flags.number("batch", 16);
  ModelOptions model;
  model.name = "mae";
  model.position = "sincos";
  model.drop_path = 0;
  model.mask = 0.75;
  const Setting setting = setting_from(flags);
  LearnerOptions options = learner_options(setting);
  options.optim.beta2 = 0.95;
  options.optim.clip = 0;
  options.optim.layer_decay = 1;
  const NetworkPointer network = bench_network(model, Vocabulary{}, setting);
  Batch batch;
  batch.pictures = noise_pictures(count, setting);
  const Timing timing = timed_steps(flags, network, batch, options, kRate);
  report("mae-step", static_cast<double>(count), timing);
}

}  // namespace mien::bench
