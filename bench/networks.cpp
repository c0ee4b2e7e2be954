#include "networks.h"

#include <ATen/Functions.h>

#include "mien/nn/network.h"

namespace mien::bench {

Setting setting_from(const Flags& flags) {
  set_threads(static_cast<int>(flags.number("threads", 0)));
  const c10::Device device = choose_device(flags.text("device", "cpu"));
  return {device, choose_precision(flags.text("precision", "float32"), device)};
}

NetworkPointer bench_network(const std::string& name, const Setting& setting) {
  ModelOptions options;
  options.name = name;
  const NetworkPointer network = create_network(options, abaw_mtl_vocabulary(), InputOptions{});
  network->to(setting.device);
  return network;
}

at::Tensor noise_pictures(std::int64_t count, const Setting& setting) {
  at::manual_seed(1);
  return at::randn({count, 3, 224, 224}).to(setting.device);
}

}  // namespace mien::bench
