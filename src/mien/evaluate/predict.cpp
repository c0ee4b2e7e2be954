#include <algorithm>
#include <chrono>

#include <ATen/core/Tensor.h>
#include <c10/core/GradMode.h>

#include "mien/error.h"
#include "mien/evaluate/evaluate.h"
#include "mien/nn/predictions.h"

namespace mien {
namespace {

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace

std::vector<Prediction> predict_all(Network& network,
                                    Loader& loader,
                                    const RunSettings& settings,
                                    const EventSink& events,
                                    const StopFlag& stop) {
  check_reads(network);
  const c10::NoGradGuard no_grad;
  // One scope for all batches: bfloat16 copies of the weights are made once.
  const AutocastScope autocast(settings.device, settings.precision);
  network.eval();
  loader.start(evaluation_plan(loader.size(), settings.batch));

  std::vector<Prediction> predictions;
  predictions.reserve(static_cast<std::size_t>(loader.size()));
  const auto begin = std::chrono::steady_clock::now();
  Batch batch;
  while (loader.next(batch)) {
    if (stop.requested()) throw Error(ErrorKind::kInterrupted, "stopped while evaluating");
    const Outputs outputs = network.forward(batch.pictures.to(settings.device));
    std::vector<Prediction> part = predictions_from_outputs(outputs);
    predictions.insert(predictions.end(),
                       std::make_move_iterator(part.begin()),
                       std::make_move_iterator(part.end()));
    const auto done = static_cast<std::int64_t>(predictions.size());
    events.report({"evaluation",
                   done,
                   loader.size(),
                   "images",
                   static_cast<double>(done) / std::max(seconds_since(begin), 1e-9),
                   {}});
  }
  return predictions;
}

}  // namespace mien
