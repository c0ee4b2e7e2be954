#include "mien/evaluate/probe.h"

#include <array>
#include <cstddef>
#include <limits>
#include <utility>

#include <ATen/TensorOperators.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/ones_like.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/where.h>
#include <ATen/ops/zeros.h>

#include "mien/error.h"
#include "mien/evaluate/linear_fit.h"
#include "mien/nn/feature_layer.h"
#include "mien/nn/network.h"
#include "mien/nn/predictions.h"

namespace mien {
namespace {

// From strong to weak: each fit starts from the one before.
constexpr std::array<double, 6> kStrengths = {1, 1e-1, 1e-2, 1e-3, 1e-4, 1e-5};
constexpr double kUsualStrength = 1e-2;
constexpr double kLeastDeviation = 1e-8;  // below it a feature is a constant

/// The pictures that one task is learned from, and what it costs to miss their labels.
struct Task {
  std::string name;
  std::int64_t scores = 0;  ///< columns of its map
  at::Tensor rows;          ///< [n] places of labelled pictures
  at::Tensor targets;       ///< [n] classes, or [n, scores] values
  at::Tensor valid;         ///< units: [n, scores], 1 where there is a label

  ScoreLoss loss(const at::Tensor& outputs, const at::Tensor& among) const {
    const at::Tensor wanted = targets.index_select(0, among);
    if (targets.scalar_type() == at::kLong) return softmax_loss(outputs, wanted);
    if (valid.defined()) return logistic_loss(outputs, wanted, valid.index_select(0, among));
    return squared_loss(outputs, wanted);
  }
};

at::Tensor places(const std::vector<std::int64_t>& rows) {
  return at::tensor(rows, at::kLong);
}

Task expression_task(std::span<const Label> labels, const Vocabulary& vocabulary) {
  std::vector<std::int64_t> rows;
  std::vector<std::int64_t> classes;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    if (labels[i].expression < 0) continue;
    rows.push_back(static_cast<std::int64_t>(i));
    classes.push_back(labels[i].expression);
  }
  return {"expression",
          static_cast<std::int64_t>(vocabulary.expressions.size()),
          places(rows),
          places(classes),
          {}};
}

Task affect_task(std::span<const Label> labels) {
  std::vector<std::int64_t> rows;
  std::vector<double> values;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const std::optional<float>& valence = labels[i].valence;
    const std::optional<float>& arousal = labels[i].arousal;
    if (!valence || !arousal) continue;
    rows.push_back(static_cast<std::int64_t>(i));
    values.push_back(static_cast<double>(*valence));
    values.push_back(static_cast<double>(*arousal));
  }
  return {"valence, arousal", 2, places(rows), at::tensor(values, at::kDouble).view({-1, 2}), {}};
}

Task unit_task(std::span<const Label> labels, const Vocabulary& vocabulary) {
  const auto units = static_cast<std::int64_t>(vocabulary.action_units.size());
  std::vector<std::int64_t> rows;
  std::vector<double> flags;
  std::vector<double> valid;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    bool any = false;
    for (const std::int8_t flag : labels[i].action_units) any = any || flag >= 0;
    if (!any) continue;
    rows.push_back(static_cast<std::int64_t>(i));
    for (const std::int8_t flag : labels[i].action_units) {
      flags.push_back(flag == 1 ? 1 : 0);
      valid.push_back(flag >= 0 ? 1 : 0);
    }
  }
  return {"action units",
          units,
          places(rows),
          at::tensor(flags, at::kDouble).view({-1, units}),
          at::tensor(valid, at::kDouble).view({-1, units})};
}

/// Places within a task of the pictures that are held out, or not.
at::Tensor within(const Task& task, const at::Tensor& held_out, bool wanted) {
  const at::Tensor held = held_out.index_select(0, task.rows) != 0;  // [n]
  return (wanted ? held : held.logical_not()).nonzero().squeeze(1);
}

LinearMap fit(const Task& task,
              const at::Tensor& features,
              const at::Tensor& among,
              double strength,
              const LinearMap& start) {
  const at::Tensor chosen = features.index_select(0, task.rows.index_select(0, among));
  const auto loss = [&](const at::Tensor& outputs) { return task.loss(outputs, among); };
  return fit_linear(chosen, loss, strength, start);
}

double chosen_strength(const Task& task, const at::Tensor& features, const at::Tensor& held_out) {
  const at::Tensor judges = within(task, held_out, true);
  const at::Tensor others = within(task, held_out, false);
  if (judges.numel() == 0 || others.numel() == 0) return kUsualStrength;
  const at::Tensor judged = features.index_select(0, task.rows.index_select(0, judges));
  LinearMap map = zero_map(features.size(1), task.scores);
  double best = kUsualStrength;
  double least = std::numeric_limits<double>::infinity();
  for (const double strength : kStrengths) {
    map = fit(task, features, others, strength, map);
    const double loss = task.loss(map(judged), judges).value;
    if (loss >= least) continue;
    least = loss;
    best = strength;
  }
  return best;
}

/// (x - mean) / deviation of the training pictures; features that never change become 0.
struct Standard {
  at::Tensor mean;       ///< [1, D]
  at::Tensor deviation;  ///< [1, D]
  explicit Standard(const at::Tensor& features)
      : mean(features.mean(0, true)), deviation((features - mean).square().mean(0, true).sqrt()) {
    deviation = at::where(deviation > kLeastDeviation, deviation, at::ones_like(deviation));
  }
  at::Tensor operator()(const at::Tensor& features) const { return (features - mean) / deviation; }
};

}  // namespace

at::Tensor read_features(Network& network,
                         const std::string& layer,
                         Loader& loader,
                         const RunSettings& settings,
                         const Pass& pass) {
  network.eval();
  std::vector<at::Tensor> parts;
  run_over(loader, settings, pass, [&](const at::Tensor& pictures) {
    parts.push_back(feature_layer(network, layer, pictures).to(at::kCPU, at::kFloat));
  });
  return parts.empty() ? at::empty({0, 0}, at::kFloat) : at::cat(parts);
}

ProbeResult fit_probe(const ProbeData& training,
                      const at::Tensor& pictures,
                      const Vocabulary& vocabulary) {
  const at::Tensor raw = training.features.to(at::kDouble);
  const Standard standard(raw);
  const at::Tensor features = standard(raw);                   // [N, D]
  const at::Tensor seen = standard(pictures.to(at::kDouble));  // [M, D]
  const at::Tensor held_out = places(training.held_out);
  ProbeResult result;
  Outputs outputs;
  const auto learn = [&](const Task& task) -> at::Tensor {
    if (task.rows.numel() == 0 || task.scores == 0) return {};
    const double strength = chosen_strength(task, features, held_out);
    const at::Tensor all = (task.rows >= 0).nonzero().squeeze(1);
    const LinearMap start = zero_map(features.size(1), task.scores);
    result.strengths.push_back({task.name, strength, task.rows.numel()});
    return fit(task, features, all, strength, start)(seen);
  };
  if (vocabulary.valence_arousal) outputs.valence_arousal = learn(affect_task(training.labels));
  outputs.expression = learn(expression_task(training.labels, vocabulary));
  if (!vocabulary.action_units.empty()) {
    outputs.action_units = learn(unit_task(training.labels, vocabulary));
  }
  if (result.strengths.empty()) {
    throw UsageError("the training pictures have no label that a probe could be fitted to");
  }
  result.predictions = predictions_from_outputs(outputs);
  return result;
}

}  // namespace mien
