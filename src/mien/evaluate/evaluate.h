// A network over a data set: predictions in list order, every sample exactly once.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include <c10/core/Device.h>

#include "mien/affect.h"
#include "mien/affect/scores.h"
#include "mien/core/events.h"
#include "mien/data/loader.h"
#include "mien/nn/device.h"
#include "mien/nn/registry.h"

namespace mien {

struct RunSettings {
  c10::Device device = c10::Device(c10::DeviceType::CPU);
  Precision precision = Precision::kFloat32;
  std::int64_t batch = 32;
  double temperature = 1;  ///< of the expressions: the network card's
};

/// Predicts every sample of the loader in index order. The network, which lies on the settings'
/// device, is left in evaluation mode. Throws Error(kInterrupted) when `stop` is set, and the
/// loader's DataError.
std::vector<Prediction> predict_all(Network& network,
                                    Loader& loader,
                                    const RunSettings& settings,
                                    const EventSink& events,
                                    const StopFlag& stop);

/// Scores of several lists: pooled, and one by one (named by list).
struct EvaluationReport {
  Vocabulary vocabulary;
  Scores pooled;
  std::vector<std::pair<std::string, Scores>> lists;
  Scores constant;  ///< the best constant answer on the pooled labels
};
/// `predictions` holds those of every list, one list after the other; lists are in `vocabulary`
/// already. Throws UsageError where the counts do not agree.
EvaluationReport evaluate_lists(const std::vector<SampleSet>& lists,
                                const std::vector<Prediction>& predictions,
                                const Vocabulary& vocabulary,
                                const std::vector<double>& thresholds);
/// One JSON object: "pooled", "lists" ({"name", "scores"} each), "constant", "vocabulary".
std::string report_to_json(const EvaluationReport& report);

}  // namespace mien
