#include "mien/train/step.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>
#include <vector>

#include <ATen/Context.h>
#include <ATen/TensorOperators.h>
#include <ATen/ops/randn.h>
#include <ATen/ops/stack.h>
#include <c10/core/GradMode.h>

#include "mien/core/random.h"
#include "mien/error.h"
#include "mien/nn/layers/sample_draws.h"
#include "mien/nn/network.h"

namespace mien {
namespace {

constexpr std::uint64_t kCentersStream =
    0x63656e74;  // keeps the centres' numbers apart from others
constexpr const char* kCentersName = "centers";
constexpr const char* kNetworkPrefix = "network.";
constexpr const char* kMainPrefix = "optimiser.main.";
constexpr const char* kVaPrefix = "optimiser.va_head.";

Optimiser::Settings settings_of(const OptimOptions& options) {
  Optimiser::Settings settings;
  settings.name = options.name;
  settings.beta1 = options.beta1;
  settings.beta2 = options.beta2;
  settings.momentum = options.momentum;
  settings.clip = options.clip;
  return settings;
}

Optimiser::Settings va_settings_of(const OptimOptions& options) {
  Optimiser::Settings settings;
  settings.name = "adam";
  settings.clip = options.va_clip > 0 ? options.va_clip : options.clip;
  return settings;
}

at::Tensor drawn_centers(const Network& network, std::uint64_t seed) {
  const auto classes = static_cast<std::int64_t>(network.vocabulary().expressions.size());
  at::manual_seed(mix_key({seed, kCentersStream}));
  return at::randn({classes, network.spatial_channels()});
}

Batch on_device(const Batch& batch, const c10::Device& device) {
  const auto moved = [&](const at::Tensor& tensor) {
    return tensor.defined() ? tensor.to(device) : tensor;
  };
  Batch result;
  result.pictures = moved(batch.pictures);
  result.valence_arousal = moved(batch.valence_arousal);
  result.expression = moved(batch.expression);
  result.expression_distribution = moved(batch.expression_distribution);
  result.action_units = moved(batch.action_units);
  result.shares = batch.shares;
  result.shares.whole_expression = moved(batch.shares.whole_expression);
  return result;
}

bool some(const at::Tensor& flags) {
  return flags.any().item<bool>();
}

// Losses by name with whether this batch says anything about them, read in one transfer.
BatchLosses values_of(const TaskLosses& losses, const Batch& batch, bool learns_votes) {
  const bool affect = batch.valence_arousal.defined() &&
                      (batch.valence_arousal >= -1).all(1).sum().item<std::int64_t>() >= 2;
  const bool votes = learns_votes && batch.expression_distribution.defined() &&
                     some(batch.expression_distribution > 0);
  const bool expression = votes || (batch.expression.defined() && some(batch.expression >= 0));
  const bool units = batch.action_units.defined() && some(batch.action_units >= 0);
  const bool labels = (affect && losses.valence_arousal.defined()) ||
                      (expression && losses.expression.defined()) ||
                      (units && losses.action_units.defined());
  struct Entry {
    const char* name;
    const at::Tensor& loss;
    bool labelled;
  };
  const Entry entries[] = {{"valence_arousal", losses.valence_arousal, affect},
                           {"expression", losses.expression, expression},
                           {"action_units", losses.action_units, units},
                           {"affinity", losses.affinity, expression},
                           {"partition", losses.partition, true},
                           {"agreement", losses.agreement, true},
                           {"reconstruction", losses.reconstruction, true},
                           {"auxiliary", losses.auxiliary, labels},
                           {"total", losses.total, true}};
  std::vector<at::Tensor> defined;
  for (const Entry& entry : entries) {
    if (entry.loss.defined()) defined.push_back(entry.loss.detach().to(at::kFloat).reshape({}));
  }
  const at::Tensor values = at::stack(defined).to(at::kCPU);
  BatchLosses result;
  std::int64_t next = 0;
  for (const Entry& entry : entries) {
    if (!entry.loss.defined()) continue;
    const auto value = static_cast<double>(values.const_data_ptr<float>()[next++]);
    result.tasks[entry.name] = {value, entry.labelled};
    if (!std::isfinite(value) && result.not_finite.empty()) result.not_finite = entry.name;
  }
  return result;
}

/// Adds the losses of a further part of the same batch.
void add_part(BatchLosses& sum, const BatchLosses& part) {
  for (const auto& [name, task] : part.tasks) {
    sum.tasks[name].value += task.value;
    sum.tasks[name].labelled = task.labelled;
  }
  sum.not_finite = part.not_finite;
}

}  // namespace

Learner::Learner(NetworkPointer network, LearnerOptions options)
    : network_(std::move(network)), options_(std::move(options)) {
  auto main = optimised_parameters(*network_, ParameterRole::kMain, options_.optim);
  if (network_->spatial_channels() > 0 && options_.loss.affinity > 0) {
    centers_ = drawn_centers(*network_, options_.seed).to(options_.device);
    centers_.requires_grad_(true);
    main.push_back({kCentersName, centers_});
  }
  main_ = std::make_unique<Optimiser>(std::move(main), settings_of(options_.optim));
  auto va_head = optimised_parameters(*network_, ParameterRole::kVaHead, options_.optim);
  if (!va_head.empty()) {
    va_head_ = std::make_unique<Optimiser>(std::move(va_head), va_settings_of(options_.optim));
  }
}

TaskLosses Learner::forward(const Batch& batch) const {
  const Batch here = on_device(batch, options_.device);
  Outputs outputs;
  {
    const AutocastScope autocast(options_.device, options_.precision);
    outputs = network_->forward(here.pictures);
  }
  return task_losses(outputs, here, options_.loss, options_.weights, centers_);
}

BatchLosses Learner::accumulate(const Batch& batch, double share, std::uint64_t key) {
  const std::int64_t size = batch.pictures.size(0);
  const std::int64_t asked = options_.optim.micro_batch;
  const std::int64_t step = asked > 0 ? std::min(asked, size) : size;
  BatchLosses sum;
  for (std::int64_t begin = 0; begin < size && sum.not_finite.empty(); begin += step) {
    // Seeding every batch is what makes drop path and masks need no saved state.
    at::manual_seed(key);
    std::optional<PartOfBatch> part;
    if (step < size) part.emplace(begin, size);
    const TaskLosses losses =
        forward(part ? batch_part(batch, begin, std::min(begin + step, size)) : batch);
    const BatchLosses values = values_of(losses, batch, options_.loss.learns_votes());
    if (values.not_finite.empty()) (losses.total * share).backward();
    add_part(sum, values);
  }
  return sum;
}

StepNorms Learner::step(double lr) {
  StepNorms norms;
  norms.network = main_->step(lr);
  if (va_head_ && std::isfinite(norms.network)) {
    norms.va_head = va_head_->step(options_.optim.va_lr);
  }
  return norms;
}

void Learner::save(StateDict& state) const {
  for (auto& [name, tensor] : state_of(*network_).tensors) {
    state.tensors[kNetworkPrefix + name] = tensor;
  }
  if (centers_.defined()) state.tensors[kCentersName] = centers_.detach();
  main_->save(state, kMainPrefix);
  if (va_head_) va_head_->save(state, kVaPrefix);
}

void Learner::load(const StateDict& state, const std::string& file) {
  LoadRules rules;
  rules.prefix = kNetworkPrefix;
  load_state(*network_, state, file, rules);
  if (centers_.defined()) {
    const auto found = state.tensors.find(kCentersName);
    if (found == state.tensors.end() || found->second.sizes() != centers_.sizes()) {
      throw DataError(file, "has no centres for the classes of this network");
    }
    const c10::NoGradGuard no_grad;
    centers_.copy_(found->second);
  }
  main_->load(state, kMainPrefix, file);
  if (va_head_) va_head_->load(state, kVaPrefix, file);
}

}  // namespace mien
