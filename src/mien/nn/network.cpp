#include "mien/nn/network.h"

#include <utility>

#include "mien/core/names.h"
#include "mien/error.h"
#include "mien/nn/layers/position.h"

namespace mien {
namespace {

/// What stands before the names of a part of the network; empty for the network itself.
std::string prefix_of(const torch::nn::Module* part, const Network& network) {
  for (const auto& item : network.named_modules("", /*include_self=*/false)) {
    if (item.value().get() == part) return item.key() + ".";
  }
  return "";
}

}  // namespace

Network::Network(ModelOptions options, Vocabulary vocabulary, InputOptions input)
    : options_(std::move(options)), vocabulary_(std::move(vocabulary)), input_(std::move(input)) {
  options_.check();
  input_.check();
}

at::Tensor Network::patch_mean(const at::Tensor& /*pictures*/) {
  throw UsageError("the network " + options_.name + " has no patches to average");
}

Reconstruction Network::reconstruct(const at::Tensor& /*pictures*/, double /*mask*/) {
  throw UsageError("the network " + options_.name +
                   " cannot fill gaps in pictures: give a run of `mien pretrain`");
}

Backbone Network::backbone() {
  throw UsageError("the network " + options_.name +
                   " has no trunk that could start from other weights or be frozen: leave out "
                   "model.backbone and model.freeze_trunk");
}

bool Network::in_frozen_trunk(std::string_view name) const {
  return begins_with_any(name, frozen_) && !begins_with_any(name, learning_);
}

void Network::freeze_trunk() {
  for (const Backbone& backbone : backbones()) {
    const std::string prefix = prefix_of(backbone.module, *this);
    for (const std::string& part : backbone.parts) frozen_.push_back(prefix + part);
    for (const std::string& part : backbone.learning) learning_.push_back(prefix + part);
  }
  for (auto& item : named_parameters()) {
    if (in_frozen_trunk(item.key())) item.value().requires_grad_(false);
  }
}

void Network::train(bool on) {
  torch::nn::Module::train(on);
  if (!on || frozen_.empty()) return;
  // A module comes before those inside it, so the innermost that is named decides.
  for (auto& item : named_modules("", /*include_self=*/false)) {
    item.value()->train(!in_frozen_trunk(item.key() + "."));
  }
}

std::int64_t Network::layer_of(std::string_view) const {
  return layers() - 1;
}

ParameterRole Network::role_of(std::string_view parameter) const {
  if (in_frozen_trunk(parameter)) return ParameterRole::kFrozen;
  // A fixed position table has a parameter's name in the files and is none.
  const bool fixed = options_.position == "sincos" && is_position_table(parameter);
  return fixed ? ParameterRole::kFrozen : ParameterRole::kMain;
}

bool Network::without_weight_decay(std::string_view parameter, const at::Tensor& value) const {
  return value.dim() <= 1 || parameter.ends_with("cls_token") || is_position_table(parameter);
}

void check_reads(const Network& network) {
  if (!(network.vocabulary() == Vocabulary{})) return;
  throw UsageError("the network " + network.options().name +
                   " has learned no labels and reads nothing by itself: train another one from it "
                   "(mien train emma --backbone RUN ..)");
}

}  // namespace mien
