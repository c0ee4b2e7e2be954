#include "mien/train/optimiser.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include <ATen/TensorOperators.h>
#include <ATen/ops/_foreach_norm.h>
#include <ATen/ops/_fused_adam.h>
#include <ATen/ops/_fused_adamw.h>
#include <ATen/ops/_fused_sgd.h>
#include <ATen/ops/full.h>
#include <ATen/ops/linalg_vector_norm.h>
#include <ATen/ops/stack.h>
#include <ATen/ops/zeros_like.h>
#include <c10/core/GradMode.h>

#include "mien/core/text.h"
#include "mien/error.h"
#include "mien/nn/network.h"

namespace mien {
namespace {

double global_norm(const std::vector<at::Tensor>& gradients) {
  if (gradients.empty()) return 0;
  return at::linalg_vector_norm(at::stack(at::_foreach_norm(gradients))).item<double>();
}

const at::Tensor& stored(const StateDict& state,
                         const std::string& name,
                         const at::Tensor& like,
                         const std::string& file) {
  const auto found = state.tensors.find(name);
  if (found == state.tensors.end()) {
    throw DataError(file, "the optimiser's state '" + name + "' is missing");
  }
  if (found->second.sizes() != like.sizes()) {
    throw DataError(file,
                    "the optimiser's state '" + name + "' has another shape than its parameter");
  }
  return found->second;
}

}  // namespace

std::vector<OptimisedParameter> optimised_parameters(const Network& network,
                                                     ParameterRole role,
                                                     const OptimOptions& options) {
  std::vector<OptimisedParameter> parameters;
  for (const auto& item : network.named_parameters()) {
    if (network.role_of(item.key()) != role) continue;
    OptimisedParameter parameter{item.key(), item.value()};
    if (role == ParameterRole::kMain) {
      const auto below = static_cast<double>(network.layers() - 1 - network.layer_of(item.key()));
      parameter.lr_scale = std::pow(options.layer_decay, below);
      if (!network.without_weight_decay(item.key(), item.value())) {
        parameter.weight_decay = options.weight_decay;
      }
    }
    parameters.push_back(std::move(parameter));
  }
  return parameters;
}

Optimiser::Optimiser(std::vector<OptimisedParameter> parameters, Settings settings)
    : parameters_(std::move(parameters)), settings_(std::move(settings)) {
  const c10::NoGradGuard no_grad;
  for (std::size_t i = 0; i < parameters_.size(); ++i) {
    const OptimisedParameter& parameter = parameters_[i];
    first_.push_back(at::zeros_like(parameter.value));
    if (settings_.name != "sgd") second_.push_back(at::zeros_like(parameter.value));
    const auto same = std::find_if(groups_.begin(), groups_.end(), [&](const Group& group) {
      return group.lr_scale == parameter.lr_scale && group.weight_decay == parameter.weight_decay;
    });
    if (same != groups_.end()) {
      same->members.push_back(i);
    } else {
      groups_.push_back({parameter.lr_scale, parameter.weight_decay, {i}});
    }
  }
}

double Optimiser::step(double lr) {
  const c10::NoGradGuard no_grad;
  std::vector<at::Tensor> gradients;
  for (const OptimisedParameter& parameter : parameters_) {
    if (parameter.value.grad().defined()) gradients.push_back(parameter.value.grad());
  }
  const double norm = global_norm(gradients);
  if (!std::isfinite(norm)) return norm;
  // Clipping costs no pass of its own: the fused steps divide each gradient as they read it.
  std::optional<at::Tensor> divisor;
  if (settings_.clip > 0 && norm > settings_.clip) {
    divisor = at::full({}, norm / settings_.clip, gradients.front().options());
  }
  ++steps_;
  for (const Group& group : groups_) step_group(group, lr * group.lr_scale, divisor);
  clear_gradients();
  return norm;
}

void Optimiser::step_group(const Group& group,
                           double lr,
                           const std::optional<at::Tensor>& divisor) {
  std::vector<at::Tensor> values;
  std::vector<at::Tensor> gradients;
  std::vector<at::Tensor> first;
  std::vector<at::Tensor> second;
  for (const std::size_t i : group.members) {
    const at::Tensor& value = parameters_[i].value;
    if (!value.grad().defined()) continue;
    values.push_back(value);
    gradients.push_back(value.grad());
    first.push_back(first_[i]);
    if (!second_.empty()) second.push_back(second_[i]);
  }
  if (values.empty()) return;
  if (settings_.name == "sgd") {
    if (settings_.momentum == 0) first.clear();
    at::_fused_sgd_(values,
                    gradients,
                    first,
                    group.weight_decay,
                    settings_.momentum,
                    lr,
                    0.0,
                    false,
                    false,
                    false,
                    divisor,
                    {});
    return;
  }
  const at::Tensor steps =
      at::full({}, static_cast<double>(steps_), values.front().options().dtype(at::kFloat));
  const std::vector<at::Tensor> state_steps(values.size(), steps);
  const auto fused = [&](auto step_function) {
    step_function(values,
                  gradients,
                  first,
                  second,
                  at::TensorList(),
                  state_steps,
                  lr,
                  settings_.beta1,
                  settings_.beta2,
                  group.weight_decay,
                  settings_.epsilon,
                  false,
                  false,
                  divisor,
                  std::nullopt);
  };
  if (settings_.name == "adam") {
    fused([](auto&&... arguments) { at::_fused_adam_(arguments...); });
  } else {
    fused([](auto&&... arguments) { at::_fused_adamw_(arguments...); });
  }
}

void Optimiser::clear_gradients() {
  for (OptimisedParameter& parameter : parameters_) parameter.value.mutable_grad() = at::Tensor();
}

void Optimiser::save(StateDict& state, const std::string& prefix) const {
  state.metadata[prefix + "steps"] = std::to_string(steps_);
  for (std::size_t i = 0; i < parameters_.size(); ++i) {
    const OptimisedParameter& parameter = parameters_[i];
    state.tensors[prefix + "first." + parameter.name] = first_[i];
    if (!second_.empty()) state.tensors[prefix + "second." + parameter.name] = second_[i];
    if (parameter.value.grad().defined()) {
      state.tensors[prefix + "gradient." + parameter.name] = parameter.value.grad();
    }
  }
}

void Optimiser::load(const StateDict& state, const std::string& prefix, const std::string& file) {
  const c10::NoGradGuard no_grad;
  const auto steps = state.metadata.find(prefix + "steps");
  const auto count = steps == state.metadata.end() ? std::nullopt : parse_integer(steps->second);
  if (!count || *count < 0) throw DataError(file, "the optimiser's count of steps is missing");
  for (std::size_t i = 0; i < parameters_.size(); ++i) {
    OptimisedParameter& parameter = parameters_[i];
    first_[i].copy_(stored(state, prefix + "first." + parameter.name, parameter.value, file));
    if (!second_.empty()) {
      second_[i].copy_(stored(state, prefix + "second." + parameter.name, parameter.value, file));
    }
    const std::string gradient = prefix + "gradient." + parameter.name;
    if (!state.tensors.contains(gradient)) continue;
    parameter.value.mutable_grad() =
        at::zeros_like(parameter.value).copy_(stored(state, gradient, parameter.value, file));
  }
  steps_ = *count;
}

}  // namespace mien
