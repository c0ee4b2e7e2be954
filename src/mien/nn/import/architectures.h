// The published architectures whose weights are taken: a table of names each.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "mien/nn/import/foreign_names.h"
#include "mien/nn/import/name_rule.h"

namespace mien {

/// Shapes of a file's tensors, for telling architectures of the same names apart.
class Shapes {
 public:
  explicit Shapes(const StateDict& state) : state_(state) {}
  bool has(const std::string& name) const { return state_.tensors.contains(name); }
  bool is(const std::string& name, const std::vector<std::int64_t>& sizes) const;
  /// Whether all tensors that 0 to `count` - 1 at '#' name have these sizes. Said of every block
  /// before a network is made, so that it takes no more room than the file.
  bool all(std::string_view pattern,
           std::int64_t count,
           const std::vector<std::int64_t>& sizes) const;
  /// A side of a tensor; 0 where there is no such tensor or side, and where it is larger than any
  /// that a network has (an empty tensor's may be any number), so that products of sides are safe.
  std::int64_t side(const std::string& name, std::size_t dimension) const;
  /// How many numbers 0, 1, .. may stand at '#' so that some name begins with the pattern.
  std::int64_t count(std::string_view pattern) const;

 private:
  const StateDict& state_;
};

struct Architecture {
  std::string name;                ///< "resnet50"
  std::string title;               ///< "ResNet-50 in torchvision's names"
  std::string network;             ///< in the registry
  std::vector<NameRule> rules;     ///< the first that fits a name counts
  std::vector<std::string> marks;  ///< names without which a file is something else
  /// Whether the shapes are the architecture's; fills in options, and what else they tell.
  std::function<bool(const Shapes&, ForeignNames&)> tell;
  bool only_by_name = false;  ///< never recognised: a file of another architecture, for other use
  std::vector<std::string> packages = {};  ///< that name its tensors so: `mien export --to`
};

std::vector<Architecture> resnet_architectures();
std::vector<Architecture> inception_architectures();
std::vector<Architecture> efficientnet_architectures();
std::vector<Architecture> vgg_face_architectures();
std::vector<Architecture> vit_architectures();
std::vector<Architecture> transformers_architectures();
std::vector<Architecture> clip_architectures();
std::vector<Architecture> face_architectures();

/// All of them; made once.
const std::vector<Architecture>& architectures();

/// What the shapes of a transformer in timm's names, after `prefix`, say of model.vit, model.pool
/// and input.size. False where they are no transformer's.
bool tell_vit(const Shapes& shapes, const std::string& prefix, ForeignNames& names);
/// Of width, depth and patch as model.vit has them: "B/16", or "192x6x3/8" with 64 numbers a head,
/// the published rule; no shape tells heads.
std::string vit_text(std::int64_t width, std::int64_t depth, std::int64_t patch);

}  // namespace mien
