// One pass over a loader's pictures, in list order.
#pragma once

#include <functional>
#include <string>

#include <ATen/core/Tensor.h>

#include "mien/core/events.h"
#include "mien/data/loader.h"
#include "mien/evaluate/evaluate.h"

namespace mien {

/// Who is told of a pass, and who may end it.
struct Pass {
  std::string name;  ///< of the work, for the progress
  const EventSink& events;
  const StopFlag& stop;
};

/// Gives every batch, as evaluation sees it and on the settings' device, to `take`, without
/// gradients and in the settings' precision. Throws Error(kInterrupted) when `stop` is set, and the
/// loader's DataError.
void run_over(Loader& loader,
              const RunSettings& settings,
              const Pass& pass,
              const std::function<void(const at::Tensor& pictures)>& take);

}  // namespace mien
