// The network that reads where none is named.
#pragma once

#include <string>
#include <vector>

namespace mien::cli {

/// `named`, or the weights that came with the program: emma-*.safetensors in share/mien/models of
/// an installed tree or models/ of the sources, of several the last in natural order. Throws
/// OptionError that says how to get one where there is none.
std::vector<std::string> models_or_shipped(const std::vector<std::string>& named);

}  // namespace mien::cli
