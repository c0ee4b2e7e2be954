// What a training needs before its first step: sets in one vocabulary, the device, the network.
#pragma once

#include <string>
#include <vector>

#include <c10/core/Device.h>

#include "mien/core/events.h"
#include "mien/data/counts.h"
#include "mien/data/sets.h"
#include "mien/nn/device.h"
#include "mien/nn/registry.h"
#include "mien/train/losses.h"
#include "mien/train/run_folder.h"
#include "mien/train/train_options.h"

namespace mien {

/// The sets that a run trains and validates on, in the model's vocabulary.
struct TrainingData {
  std::vector<SampleSet> training;
  std::vector<double> weights;        ///< of the training sets
  std::vector<SampleSet> validation;  ///< those with samples
  LabelCounts training_counts;
  LabelCounts validation_counts;
  std::string fingerprint;  ///< SHA-256 over names, labels and votes of the training sets
};

struct TrainingSetup {
  Vocabulary vocabulary;
  TrainingData data;
  c10::Device device = c10::Device(c10::DeviceType::CPU);
  Precision precision = Precision::kFloat32;
  NetworkPointer network;  ///< on the device
  LabelWeights weights;    ///< on the device
};

/// Makes every path of the options absolute, so that a run can be resumed from anywhere; fills in
/// the classes that they leave to the sets (LSD's six).
void resolve_options(TrainOptions& options);

/// Where the weights that training starts from are taken.
enum class StartFrom {
  kOptions,     ///< drawn by the seed, then model.backbone and model.dan
  kCheckpoint,  ///< the caller loads them all
};

/// Reads sets and weights and makes the network; also writes DAN's shape into `options`. Decodes no
/// picture. Throws whatever is wrong with the request (UsageError), the sets or the weights
/// (DataError).
TrainingSetup prepare_training(TrainOptions& options, StartFrom start, const EventSink& events);

/// The setup as text lines for people, and as what run.json keeps.
std::vector<std::string> setup_lines(const TrainingSetup& setup, const TrainOptions& options);
RunRecord setup_record(const TrainingSetup& setup, const TrainOptions& options);

}  // namespace mien
