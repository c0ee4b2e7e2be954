#include <iterator>

#include "mien/evaluate/evaluate.h"
#include "mien/evaluate/run_over.h"
#include "mien/nn/network.h"
#include "mien/nn/predictions.h"

namespace mien {

std::vector<Prediction> predict_all(Network& network,
                                    Loader& loader,
                                    const RunSettings& settings,
                                    const EventSink& events,
                                    const StopFlag& stop) {
  check_reads(network);
  network.eval();
  std::vector<Prediction> predictions;
  predictions.reserve(static_cast<std::size_t>(loader.size()));
  run_over(loader, settings, {"evaluation", events, stop}, [&](const at::Tensor& pictures) {
    std::vector<Prediction> part =
        predictions_from_outputs(network.forward(pictures), settings.temperature);
    predictions.insert(predictions.end(),
                       std::make_move_iterator(part.begin()),
                       std::make_move_iterator(part.end()));
  });
  return predictions;
}

}  // namespace mien
