#include "mien/evaluate/run_over.h"

#include <algorithm>
#include <chrono>

#include <c10/core/GradMode.h>

#include "mien/error.h"

namespace mien {
namespace {

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace

void run_over(Loader& loader,
              const RunSettings& settings,
              const Pass& pass,
              const std::function<void(const at::Tensor& pictures)>& take) {
  const c10::NoGradGuard no_grad;
  // One scope for all batches: bfloat16 copies of the weights are made once.
  const AutocastScope autocast(settings.device, settings.precision);
  loader.start(evaluation_plan(loader.size(), settings.batch));
  const auto begin = std::chrono::steady_clock::now();
  std::int64_t done = 0;
  Batch batch;
  while (loader.next(batch)) {
    if (pass.stop.requested()) {
      throw Error(ErrorKind::kInterrupted, "stopped in the " + pass.name);
    }
    take(batch.pictures.to(settings.device));
    done += batch.pictures.size(0);
    pass.events.report({pass.name,
                        done,
                        loader.size(),
                        "images",
                        static_cast<double>(done) / std::max(seconds_since(begin), 1e-9),
                        {}});
  }
}

}  // namespace mien
