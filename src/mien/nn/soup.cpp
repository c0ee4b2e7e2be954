#include "mien/nn/soup.h"

#include <numeric>
#include <string>
#include <utility>

#include <ATen/TensorOperators.h>
#include <ATen/ops/equal.h>
#include <ATen/ops/round.h>

#include "mien/error.h"
#include "mien/nn/layers/initialise.h"
#include "mien/nn/network.h"

namespace mien {
namespace {

/// What a network computes once it is trained: training's own options are levelled.
ModelOptions trained_shape(ModelOptions options) {
  const ModelOptions usual;
  options.drop_path = usual.drop_path;
  options.mask = usual.mask;
  options.va_gradient = usual.va_gradient;
  options.freeze_trunk = usual.freeze_trunk;
  options.position_deviation = usual.position_deviation;
  return options;
}

/// The first field that differs, as text; empty where none does.
template <typename Options>
std::string difference(Options a, Options b) {
  const Fields first = fields_of(a);
  const Fields second = fields_of(b);
  for (std::size_t i = 0; i < first.fields().size(); ++i) {
    const std::string one = value_text(first.fields()[i].value);
    const std::string other = value_text(second.fields()[i].value);
    if (one == other) continue;
    return first.fields()[i].key + " is " + one + " in one and " + other + " in the other";
  }
  return "";
}

void check_equal(const LoadedNetwork& first, const LoadedNetwork& other) {
  std::string what =
      difference(trained_shape(first.network->options()), trained_shape(other.network->options()));
  if (what.empty()) what = difference(first.network->input(), other.network->input());
  if (what.empty() && first.network->vocabulary() != other.network->vocabulary()) {
    what = "their classes or units are others, or in another order";
  }
  if (what.empty()) return;
  throw UsageError("only equal networks can be averaged: " + what + " (" + first.file.string() +
                   ", " + other.file.string() + "); an ensemble's file takes any networks");
}

at::Tensor mean_tensor(const std::string& name,
                       const std::vector<StateDict>& states,
                       const std::vector<double>& shares) {
  const at::Tensor& first = states.front().tensors.at(name);
  if (first.scalar_type() == at::kBool) {
    for (const StateDict& state : states) {
      if (at::equal(first, state.tensors.at(name))) continue;
      throw UsageError("flags of the networks differ (" + name + "): they have no mean");
    }
    return first.clone();
  }
  at::Tensor sum;
  for (std::size_t i = 0; i < states.size(); ++i) {
    const at::Tensor part = states[i].tensors.at(name).to(at::kDouble) * shares[i];
    sum = sum.defined() ? sum + part : part;
  }
  return (first.is_floating_point() ? sum : at::round(sum)).to(first.scalar_type());
}

}  // namespace

NetworkPointer average_networks(const std::vector<LoadedNetwork>& members,
                                const std::vector<double>& weights) {
  if (members.empty()) throw UsageError("at least one network is needed");
  std::vector<double> shares = weights;
  if (shares.empty()) shares.assign(members.size(), 1.0);
  if (shares.size() != members.size()) throw UsageError("one weight is needed for each network");
  const double all = std::accumulate(shares.begin(), shares.end(), 0.0);
  for (double& share : shares) share /= all;

  std::vector<StateDict> states;
  for (const LoadedNetwork& member : members) {
    check_equal(members.front(), member);
    states.push_back(state_of(*member.network));
  }
  StateDict mean;
  for (const auto& [name, tensor] : states.front().tensors) {
    mean.tensors[name] = mean_tensor(name, states, shares);
  }
  const Network& first = *members.front().network;
  const WithoutInitialisation all_are_loaded;
  NetworkPointer soup = create_network(first.options(), first.vocabulary(), first.input());
  load_state(*soup, mean, "the mean of " + std::to_string(members.size()) + " networks");
  soup->eval();
  return soup;
}

bool batch_statistics_differ(const std::vector<LoadedNetwork>& members) {
  const StateDict first = state_of(*members.front().network);
  for (const LoadedNetwork& member : members) {
    for (const auto& [name, tensor] : state_of(*member.network).tensors) {
      if (name.ends_with("running_var") && !at::equal(tensor, first.tensors.at(name))) return true;
    }
  }
  return false;
}

}  // namespace mien
