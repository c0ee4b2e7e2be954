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
  LearnerOptions options;
  options.optim.beta2 = 0.95;
  options.optim.clip = 0;
  options.optim.layer_decay = 1;
  const Setting setting = setting_from(flags);
  options.device = setting.device;
  options.precision = setting.precision;
  const NetworkPointer network = create_network(model, Vocabulary{}, InputOptions{});
  network->to(setting.device);
  network->train();
  Batch batch;
  batch.pictures = noise_pictures(count, setting);
  Learner learner(network, options);

  std::uint64_t key = 0;
  const Timing timing = timed(flags, [&] {
    learner.accumulate(batch, 1, ++key);
    learner.step(kRate);
  });
  report("mae-step", static_cast<double>(count), timing);
}

}  // namespace mien::bench
