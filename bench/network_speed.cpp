#include <ATen/Functions.h>
#include <c10/core/GradMode.h>

#include "mien/affect/vocabulary.h"
#include "mien/nn/network.h"
#include "mien/train/step.h"

#include "figures.h"
#include "networks.h"

namespace mien::bench {
namespace {

/// `--network` for expression alone, for pictures of `--side` pixels.
NetworkPointer network_from(const Flags& flags, const Setting& setting) {
  ModelOptions model;
  model.name = flags.text("network", "vit");
  model.head_hidden = 0;  // one linear layer, as the packages have it
  if (model.name != "vit") model.drop_path = 0;
  return bench_network(model, abaw_lsd_vocabulary(), setting, flags.number("side", kSide));
}

}  // namespace

void network_eval(const Flags& flags) {
  const std::int64_t count = flags.number("batch", 8);
  const Setting setting = setting_from(flags);
  const NetworkPointer network = network_from(flags, setting);
  network->eval();
  const at::Tensor pictures = noise_pictures(count, setting, network->input().size);

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
  const auto classes = static_cast<std::int64_t>(network->vocabulary().expressions.size());
  Batch batch;
  batch.pictures = noise_pictures(count, setting, network->input().size);
  batch.expression = at::randint(classes, {count}, at::kLong);
  const Timing timing = timed_steps(flags, network, batch, learner_options(setting), kRate);
  report("network-step", static_cast<double>(count), timing);
}

}  // namespace mien::bench
