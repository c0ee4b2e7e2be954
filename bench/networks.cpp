#include "networks.h"

#include <ATen/Functions.h>

namespace mien::bench {

Setting setting_from(const Flags& flags) {
  set_threads(static_cast<int>(flags.number("threads", 0)));
  const c10::Device device = choose_device(flags.text("device", "cpu"));
  return {device, choose_precision(flags.text("precision", "float32"), device)};
}

NetworkPointer bench_network(const ModelOptions& model,
                             const Vocabulary& vocabulary,
                             const Setting& setting,
                             std::int64_t side) {
  InputOptions input;
  input.size = side;
  const NetworkPointer network = create_network(model, vocabulary, input);
  network->to(setting.device);
  return network;
}

NetworkPointer abaw_network(const std::string& name, const Setting& setting) {
  ModelOptions model;
  model.name = name;
  return bench_network(model, abaw_mtl_vocabulary(), setting);
}

at::Tensor noise_pictures(std::int64_t count, const Setting& setting, std::int64_t side) {
  at::manual_seed(1);
  return at::randn({count, 3, side, side}).to(setting.device);
}

LearnerOptions learner_options(const Setting& setting) {
  LearnerOptions options;
  options.device = setting.device;
  options.precision = setting.precision;
  return options;
}

Timing timed_steps(const Flags& flags,
                   const NetworkPointer& network,
                   const Batch& batch,
                   const LearnerOptions& options,
                   double rate) {
  network->train();
  Learner learner(network, options);
  std::uint64_t key = 0;
  return timed(flags, [&] {
    learner.accumulate(batch, 1, ++key);
    learner.step(rate);
  });
}

}  // namespace mien::bench
