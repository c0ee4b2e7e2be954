// A module's tensors by name, and loading them: strict, all or none.
#include <string>
#include <utility>

#include <ATen/core/grad_mode.h>
#include <torch/nn/module.h>

#include "mien/core/names.h"
#include "mien/core/text.h"
#include "mien/error.h"
#include "mien/nn/layers/position.h"
#include "mien/nn/weights.h"

namespace mien {
namespace {

constexpr std::size_t kNamesShown = 5;

std::string shape_text(const at::Tensor& tensor) {
  std::vector<std::string> sides;
  for (const std::int64_t side : tensor.sizes()) sides.push_back(std::to_string(side));
  return "[" + join(sides, ", ") + "]";
}

/// The file's tensor as the module needs it, or an undefined one where it does not fit.
at::Tensor fitted(const std::string& name, const at::Tensor& from, const at::Tensor& to) {
  if (from.sizes() == to.sizes()) return from;
  const bool tables = is_position_table(name) && from.dim() == to.dim() &&
                      (to.dim() == 2 || (to.dim() == 3 && from.size(0) == 1)) &&
                      from.size(-1) == to.size(-1);
  if (!tables || !from.is_floating_point()) return {};
  const std::int64_t grid = grid_of_positions(to.size(-2));
  if (grid < 1 || grid_of_positions(from.size(-2)) < 1) return {};
  const at::Tensor table = from.to(at::kFloat).reshape({1, from.size(-2), from.size(-1)});
  return interpolate_positions(table, grid).reshape(to.sizes());
}

std::string names_text(const char* what, const std::vector<std::string>& names) {
  if (names.empty()) return "";
  return std::string("; ") + what + " " + first_names(names, kNamesShown);
}

/// What of the file's tensor keeps it out of the network's; nothing where it fits.
std::string misfit(const at::Tensor& from, const at::Tensor& to, bool fits) {
  if (from.is_floating_point() != to.is_floating_point()) {
    return std::string(c10::toString(from.scalar_type())) + " in the file, " +
           c10::toString(to.scalar_type()) + " in the network";
  }
  return fits ? "" : shape_text(from) + " in the file, " + shape_text(to) + " in the network";
}

/// The names below the prefix, without it.
std::map<std::string, at::Tensor> below_prefix(const StateDict& state, const std::string& prefix) {
  std::map<std::string, at::Tensor> tensors;
  for (const auto& [name, tensor] : state.tensors) {
    if (name.compare(0, prefix.size(), prefix) == 0) tensors[name.substr(prefix.size())] = tensor;
  }
  return tensors;
}

[[noreturn]] void refuse_state(const std::string& file, WeightsError::Names names) {
  const std::string message = "does not fit the network" + names_text("missing", names.missing) +
                              names_text("not in the network", names.unexpected) +
                              names_text("of another shape or kind of number", names.mismatched);
  throw WeightsError(file, message, std::move(names));
}

}  // namespace

StateDict state_of(const torch::nn::Module& module) {
  StateDict state;
  for (const auto& item : module.named_parameters()) {
    state.tensors[item.key()] = item.value().detach();
  }
  for (const auto& item : module.named_buffers()) state.tensors[item.key()] = item.value().detach();
  return state;
}

void load_state(torch::nn::Module& module,
                const StateDict& state,
                const std::string& file,
                const LoadRules& rules) {
  const StateDict own = state_of(module);
  const std::map<std::string, at::Tensor> given = below_prefix(state, rules.prefix);
  WeightsError::Names names;
  std::vector<std::pair<at::Tensor, at::Tensor>> copies;  // to, from
  for (const auto& [name, to] : own.tensors) {
    const auto found = given.find(name);
    if (found == given.end()) {
      if (!begins_with_any(name, rules.allow_missing)) names.missing.push_back(rules.prefix + name);
      continue;
    }
    const at::Tensor from = fitted(name, found->second, to);
    const std::string other = misfit(found->second, to, from.defined());
    if (other.empty()) {
      copies.emplace_back(to, from);
    } else {
      names.mismatched.push_back(rules.prefix + name + ": " + other);
    }
  }
  for (const auto& [name, tensor] : given) {
    if (own.tensors.count(name) == 0 && !begins_with_any(name, rules.allow_unexpected)) {
      names.unexpected.push_back(rules.prefix + name);
    }
  }
  if (!names.missing.empty() || !names.unexpected.empty() || !names.mismatched.empty()) {
    refuse_state(file, std::move(names));
  }
  const at::NoGradGuard no_gradients;
  for (auto& [to, from] : copies) to.copy_(from);
}

}  // namespace mien
