#include "mien/train/setup.h"

#include <utility>

#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <ATen/ops/tensor.h>

#include "mien/core/random.h"
#include "mien/core/text.h"
#include "mien/error.h"
#include "mien/nn/network.h"
#include "mien/train/batch_size.h"
#include "mien/train/start_weights.h"
#include "mien/train/training_data.h"

namespace mien {
namespace {

constexpr std::uint64_t kWeightsStream =
    0x77656967;  // keeps the first weights apart from other numbers

// Labels too few for what the batches are to hold: better said before there is a run folder.
void check_sampling(const TrainingData& data, const TrainOptions& options) {
  const auto order = epoch_order(data.training,
                                 data.weights,
                                 options.data.sampling,
                                 options.optim.batch,
                                 {static_cast<std::uint64_t>(options.train.seed), 1});
  if (order.empty()) throw UsageError("an epoch draws no picture: look at the sets' weights");
}

NetworkPointer drawn_network(const TrainOptions& options, const Vocabulary& vocabulary) {
  at::manual_seed(mix_key({static_cast<std::uint64_t>(options.train.seed), kWeightsStream}));
  return create_network(options.model, vocabulary, options.input);
}

NetworkPointer started_network(TrainOptions& options,
                               const Vocabulary& vocabulary,
                               const EventSink& events) {
  std::optional<DanWeights> dan;
  const ModelOptions asked = options.model;
  if (!options.dan.empty()) dan = read_dan(options.dan, options.model);
  NetworkPointer network = drawn_network(options, vocabulary);
  if (dan && network->frozen_cnn() == nullptr) {
    events.warn("model.dan is given, and this network has no frozen DAN: it is not used");
    options.model = asked;
    network = drawn_network(options, vocabulary);
  }
  options.model = network->options();  // with DAN's classes filled in
  if (dan) load_dan(*network, *dan);
  if (!dan && network->frozen_cnn() != nullptr) {
    events.warn(
        "model.dan names no weights: the frozen DAN stays as it was drawn and tells the "
        "valence-arousal head next to nothing. Train one by `mien train dan`, and give its run");
  }
  if (!options.backbone.empty()) {
    load_backbone(*network, options.backbone, events);
  } else if (options.model.freeze_trunk) {
    events.warn(
        "model.freeze_trunk without model.backbone: the trunk stays as it was drawn, and the heads "
        "learn from what says next to nothing");
  }
  return network;
}

/// The weights as losses take them; undefined where there are none.
at::Tensor on_device(const std::vector<double>& weights, const c10::Device& device) {
  return weights.empty() ? at::Tensor() : at::tensor(weights, at::kFloat).to(device);
}

LabelWeights label_weights(const LossOptions& options, const TrainingSetup& setup) {
  const LabelCounts& counts = setup.data.training_counts;
  const auto units = static_cast<std::int64_t>(setup.vocabulary.action_units.size());
  const auto classes = static_cast<std::int64_t>(setup.vocabulary.expressions.size());
  LabelWeights weights;
  if (units > 0) {
    weights.units = on_device(options.au_pos_weight == "auto"
                                  ? positive_weights(counts)
                                  : listed_positive_weights(options.au_pos_weight, units),
                              setup.device);
  }
  if (classes > 0) {
    weights.classes = on_device(options.expr_class_weights == "auto"
                                    ? class_weights(counts)
                                    : listed_class_weights(options.expr_class_weights, classes),
                                setup.device);
  }
  return weights;
}

std::string thousands(std::int64_t number) {
  std::string text = std::to_string(number);
  for (std::int64_t at = static_cast<std::int64_t>(text.size()) - 3; at > 0; at -= 3) {
    text.insert(static_cast<std::size_t>(at), ",");
  }
  return text;
}

std::string counts_line(const std::string& part,
                        const std::vector<SampleSet>& sets,
                        const LabelCounts& counts) {
  std::string pictures = part + ": " + thousands(counts.samples) + " pictures in " +
                         std::to_string(sets.size()) + (sets.size() == 1 ? " set" : " sets");
  if (sets.front().vocabulary == Vocabulary{}) return pictures;
  return pictures + "; labelled: valence and arousal " + thousands(counts.valence_arousal) +
         ", expression " + thousands(counts.expression) + ", action units " +
         thousands(counts.action_units);
}

std::string classes_line(const LabelCounts& counts, const Vocabulary& vocabulary) {
  std::vector<std::string> parts;
  parts.reserve(vocabulary.expressions.size());
  for (std::size_t k = 0; k < vocabulary.expressions.size(); ++k) {
    parts.push_back(vocabulary.expressions[k] + " " + thousands(counts.expressions.at(k)));
  }
  return "classes: " + join(parts, ", ");
}

std::string units_line(const LabelCounts& counts, const Vocabulary& vocabulary) {
  std::vector<std::string> parts;
  for (std::size_t u = 0; u < vocabulary.action_units.size(); ++u) {
    const std::int64_t all = counts.present.at(u) + counts.absent.at(u);
    parts.push_back(vocabulary.action_units[u] + " " + thousands(counts.present[u]) + "/" +
                    thousands(all));
  }
  return "action units, present/labelled: " + join(parts, ", ");
}

std::string parameters_line(const Network& network) {
  std::int64_t all = 0;
  std::int64_t frozen = 0;
  for (const auto& item : network.named_parameters()) {
    all += item.value().numel();
    if (network.role_of(item.key()) == ParameterRole::kFrozen) frozen += item.value().numel();
  }
  return "network: " + network.options().name + ", " + thousands(all) + " parameters" +
         (frozen > 0 ? ", " + thousands(frozen) + " of them frozen" : "");
}

std::string parts_text(const OptimOptions& options) {
  if (options.micro_batch == 0 || options.micro_batch >= options.batch) return "";
  return " in parts of " + std::to_string(options.micro_batch);
}

std::string precision_text(Precision precision) {
  return precision == Precision::kBfloat16 ? "bfloat16" : "float32";
}

}  // namespace

TrainingSetup prepare_training(TrainOptions& options, StartFrom start, const EventSink& events) {
  TrainingSetup setup;
  set_threads(static_cast<int>(options.train.threads));
  setup.device = choose_device(options.train.device);
  setup.precision = choose_precision(options.train.precision, setup.device);
  setup.vocabulary = options.vocabulary();
  setup.data =
      read_training_data(options.data, setup.vocabulary, options.loss.learns_votes(), events);
  setup.network = start == StartFrom::kOptions ? started_network(options, setup.vocabulary, events)
                                               : drawn_network(options, setup.vocabulary);
  check_micro_batch(options.optim, *setup.network);
  resolve_batch(options, {setup.device, setup.precision}, *setup.network, events);
  check_sampling(setup.data, options);
  setup.network->to(setup.device);
  setup.weights = label_weights(options.loss, setup);
  return setup;
}

std::vector<std::string> setup_lines(const TrainingSetup& setup, const TrainOptions& options) {
  const TrainingData& data = setup.data;
  std::vector<std::string> lines;
  lines.push_back("device: " + device_text(setup.device) + ", " + precision_text(setup.precision));
  lines.push_back(parameters_line(*setup.network) + ", pictures of " +
                  std::to_string(options.input.size) + " pixels");
  lines.push_back(counts_line("training", data.training, data.training_counts));
  if (data.training_counts.expression > 0) {
    lines.push_back("  " + classes_line(data.training_counts, setup.vocabulary));
  }
  if (data.training_counts.action_units > 0) {
    lines.push_back("  " + units_line(data.training_counts, setup.vocabulary));
  }
  if (!data.validation.empty()) {
    lines.push_back(counts_line("validation", data.validation, data.validation_counts));
  }
  lines.push_back(
      "optimiser: " + options.optim.name + ", rate " + number_text(peak_lr(options.optim)) + " (" +
      options.optim.schedule + "), batch " + std::to_string(options.optim.batch) + " x " +
      std::to_string(options.optim.accumulate) + parts_text(options.optim) + ", " +
      std::to_string(options.optim.epochs) + " epochs, seed " + std::to_string(options.train.seed));
  return lines;
}

RunRecord setup_record(const TrainingSetup& setup, const TrainOptions& options) {
  RunRecord record;
  record.seed = options.train.seed;
  record.threads = at::get_num_threads();
  record.device = device_text(setup.device);
  record.precision = precision_text(setup.precision);
  record.vocabulary = setup.vocabulary;
  record.training = setup.data.training_counts;
  record.validation = setup.data.validation_counts;
  record.data = setup.data.fingerprint;
  return record;
}

}  // namespace mien
