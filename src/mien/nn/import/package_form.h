// A network here in the form of another package: `mien import` the other way, by the same tables.
#pragma once

#include <string>
#include <vector>

#include "mien/nn/registry.h"
#include "mien/nn/weights.h"

namespace mien {

struct PackageForm {
  std::string title;              ///< "ResNet-50 in torchvision's names"
  StateDict state;                ///< what the package's own weights file would hold
  std::vector<std::string> left;  ///< names here of tensors that it has no place for: of heads
  bool has_head = true;           ///< whether the last layer is in it
};

/// Throws UsageError where the package has no such network, saying which have, or has it in another
/// shape or with other options alone: whatever is given back is what `mien import` reads as this
/// network.
PackageForm package_form(Network& network, const std::string& package);

}  // namespace mien
