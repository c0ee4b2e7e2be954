// Modules whose parameters keep published names that a plain member tree would not give.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include <torch/nn/module.h>

namespace mien {

/// Holds children under names such as "0" and "2" (the numbers of a published Sequential).
class NamedChildren : public torch::nn::Module {
 public:
  template <typename Child>
  std::shared_ptr<Child> add(const std::string& name, std::shared_ptr<Child> child) {
    return register_module(name, std::move(child));
  }
};

/// Registers what `inner` holds directly with `owner`, so that its names need no prefix there.
/// `owner` must keep `inner` alive; the tensors are shared, and training mode reaches inner's
/// children but not inner itself.
void adopt(torch::nn::Module& owner, torch::nn::Module& inner);

}  // namespace mien
