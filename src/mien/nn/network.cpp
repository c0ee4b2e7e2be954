#include "mien/nn/network.h"

#include <utility>

#include "mien/error.h"
#include "mien/nn/layers/position.h"

namespace mien {

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
                   " has no part that could start from other weights: leave out model.backbone");
}

std::int64_t Network::layer_of(std::string_view) const {
  return layers() - 1;
}

ParameterRole Network::role_of(std::string_view parameter) const {
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
