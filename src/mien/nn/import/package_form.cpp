#include "mien/nn/import/package_form.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "mien/core/names.h"
#include "mien/core/options.h"
#include "mien/core/text.h"
#include "mien/error.h"
#include "mien/nn/import/architectures.h"
#include "mien/nn/models/vit_size.h"
#include "mien/nn/network.h"

namespace mien {
namespace {

/// Options that say what weights compute, as far as a form fixes them.
constexpr std::array<const char*, 4> kFixed = {
    "model.efficientnet", "model.vit", "model.decoder", "model.pool"};
/// Under 0 a last layer is a single one, which packages have a place for.
constexpr const char* kHeadHidden = "model.head_hidden";

/// A network's tensors as one architecture names them.
struct Renaming {
  StateDict state;
  std::vector<std::string> heads;  ///< names in `state` of the last layer's tensors
  std::vector<std::string> left;   ///< names here without a name there
};

/// Puts the parts of the tensor that the rules lead to into `renaming`. False where none does.
bool rename(const std::vector<NameRule>& rules,
            const std::string& name,
            const at::Tensor& tensor,
            Renaming& renaming) {
  for (const NameRule& rule : rules) {
    const auto first = foreign_name(rule, name);
    if (!first) continue;
    if (rule.parts == 1) {
      renaming.state.tensors[*first] = tensor;
      if (rule.kind == NameRule::Kind::kHead) renaming.heads.push_back(*first);
      return true;
    }
    const std::vector<at::Tensor> parts = tensor.chunk(rule.parts);
    for (const NameRule& part : rules) {
      const auto place = part.parts == rule.parts ? foreign_name(part, name) : std::nullopt;
      if (place) renaming.state.tensors[*place] = parts.at(static_cast<std::size_t>(part.part));
    }
    return true;
  }
  return false;
}

Renaming rename_all(const std::vector<NameRule>& rules, const StateDict& state) {
  Renaming renaming;
  for (const auto& [name, tensor] : state.tensors) {
    if (!rename(rules, name, tensor, renaming)) renaming.left.push_back(name);
  }
  return renaming;
}

/// The value of an option, written as an option of the network is.
std::string as_here(const Network& network, const std::string& key, const std::string& text) {
  ModelOptions model = network.options();
  Fields fields;
  fields.group("model", model);
  set_option(fields, key, text);
  if (key == "model.vit") {
    const VitSize size = parse_vit_size(model.vit);
    return join(
               {std::to_string(size.width), std::to_string(size.depth), std::to_string(size.heads)},
               "x") +
           "/" + std::to_string(size.patch);
  }
  return value_text(fields.find(key)->value);
}

std::string own_value(const Network& network, const std::string& key) {
  ModelOptions model = network.options();
  Fields fields;
  fields.group("model", model);
  return as_here(network, key, value_text(fields.find(key)->value));
}

/// What speaks against the form; "" where nothing does.
std::string reason_against(Network& network,
                           const Architecture& architecture,
                           const Renaming& renaming,
                           ForeignNames& told) {
  for (const Backbone& backbone : network.backbones()) {
    for (const std::string& name : renaming.left) {
      if (begins_with_any(name, backbone.parts)) return "it has no place for " + name;
    }
  }
  if (!architecture.tell(Shapes(renaming.state), told)) return "it has other sizes";
  for (const auto& [key, text] : told.options) {
    if (std::find(kFixed.begin(), kFixed.end(), key) == kFixed.end()) continue;
    const std::string there = as_here(network, key, text);
    const std::string here = own_value(network, key);
    if (here != there) return key + " is " + there + " there, and here " + here;
  }
  return "";
}

/// Takes the last layers out where they are of another shape than one linear layer. Whether they
/// stayed.
bool keep_single_heads(const Network& network, const ForeignNames& told, Renaming& renaming) {
  const bool single = std::any_of(told.options.begin(), told.options.end(), [](const auto& option) {
    return option.first == kHeadHidden;
  });
  if (!single || network.options().head_hidden == 0) return true;
  for (const std::string& name : renaming.heads) {
    renaming.state.tensors.erase(name);
    renaming.left.push_back(name);
  }
  return false;
}

/// "timm", "torchvision", "transformers".
std::vector<std::string> packages_with(const std::string& network) {
  std::set<std::string> packages;
  for (const Architecture& architecture : architectures()) {
    if (architecture.network != network) continue;
    packages.insert(architecture.packages.begin(), architecture.packages.end());
  }
  return {packages.begin(), packages.end()};
}

[[noreturn]] void refuse(const Network& network,
                         const std::string& package,
                         const std::string& why) {
  const std::vector<std::string> packages = packages_with(network.options().name);
  throw UsageError("--to " + package + ": " + why + "; " + network.options().name +
                   " can be written for " +
                   (packages.empty() ? "" : join(packages, ", ") + " and ") + "onnx");
}

}  // namespace

PackageForm package_form(Network& network, const std::string& package) {
  const StateDict state = state_of(network);
  std::string against = "there is no such network in " + package;
  if (network.input().channels != "rgb") against = "its networks read RGB, and this one BGR";
  for (const Architecture& architecture : architectures()) {
    const auto& packages = architecture.packages;
    if (architecture.network != network.options().name || network.input().channels != "rgb" ||
        std::find(packages.begin(), packages.end(), package) == packages.end()) {
      continue;
    }
    Renaming renaming = rename_all(architecture.rules, state);
    ForeignNames told;
    against = reason_against(network, architecture, renaming, told);
    if (!against.empty()) continue;
    const bool has_head = keep_single_heads(network, told, renaming);
    renaming.state.metadata["format"] = "pt";  // which readers of these packages ask for
    return {architecture.title, std::move(renaming.state), std::move(renaming.left), has_head};
  }
  refuse(network, package, against);
}

}  // namespace mien
