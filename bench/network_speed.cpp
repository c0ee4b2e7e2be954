#include <ATen/Functions.h>
#include <c10/core/GradMode.h>

#include "mien/nn/network.h"
#include "mien/train/step.h"

#include "figures.h"
#include "networks.h"

namespace mien::bench {
namespace {

/// `--network` for expression alone, fresh weights, for pictures of `--side` pixels.
NetworkPointer network_from(const Flags& flags, const Setting& setting) {
  ModelOptions options;
  options.name = flags.text("network", "vit");
  options.head_hidden = 0;  // one linear layer, as the packages have it
  if (options.name != "vit") options.drop_path = 0;
  InputOptions input;
  input.size = flags.number("side", input.size);
  const NetworkPointer network = create_network(options, abaw_lsd_vocabulary(), input);
  network->to(setting.device);
  return network;
}

at::Tensor noise_for(const Network& network, std::int64_t count, const Setting& setting) {
  at::manual_seed(1);
  const std::int64_t side = network.input().size;
  return at::randn({count, 3, side, side}).to(setting.device);
}

}  // namespace

void network_eval(const Flags& flags) {
  const std::int64_t count = flags.number("batch", 8);
  const Setting setting = setting_from(flags);
  const NetworkPointer network = network_from(flags, setting);
  network->eval();
  const at::Tensor pictures = noise_for(*network, count, setting);

  const c10::NoGradGuard no_grad;
  const AutocastScope autocast(setting.device, setting.precision);
  const Timing timing = timed(flags, [&] { network->forward(pictures); });
  report("network-eval", static_cast<double>(count), timing);
}

void network_step(const Flags& flags) {
  constexpr double kRate = 7.8e-4;
  const std::int64_t count = flags.number("batch", 16);
  const Setting setting = setting_from(flags);
  const NetworkPointer network = network_from(flags, setting);
  network->train();
  Batch batch;
  batch.pictures = noise_for(*network, count, setting);
  batch.expression = at::randint(
      static_cast<std::int64_t>(network->vocabulary().expressions.size()), {count}, at::kLong);
  LearnerOptions options;
  options.device = setting.device;
  options.precision = setting.precision;
  Learner learner(network, options);

  std::uint64_t key = 0;
  const Timing timing = timed(flags, [&] {
    learner.accumulate(batch, 1, ++key);
    learner.step(kRate);
  });
  report("network-step", static_cast<double>(count), timing);
}

}  // namespace mien::bench
