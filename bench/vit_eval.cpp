#include <c10/core/GradMode.h>

#include "mien/nn/network.h"

#include "figures.h"
#include "networks.h"

namespace mien::bench {

void vit_eval(const Flags& flags) {
  const std::int64_t count = flags.number("batch", 8);
  const Setting setting = setting_from(flags);
  const NetworkPointer network = abaw_network("vit", setting);
  network->eval();
  const at::Tensor pictures = noise_pictures(count, setting);

  // As `evaluate` and `predict` run a network: one scope for all batches.
  const c10::NoGradGuard no_grad;
  const AutocastScope autocast(setting.device, setting.precision);
  const Timing timing = timed(flags, [&] { network->forward(pictures); });
  report("vit-eval", static_cast<double>(count), timing);
}

}  // namespace mien::bench
