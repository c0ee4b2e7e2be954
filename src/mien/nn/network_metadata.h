// What a network's file says of it beside the tensors, as entries of the file's header.
#pragma once

#include <map>
#include <string>

#include "mien/nn/weights.h"

namespace mien {

/// "mien.format", "mien.model", "mien.input", "mien.vocabulary", "mien.card" (docs/formats.md).
std::map<std::string, std::string> network_metadata(const Network& network,
                                                    const NetworkCard& card);

}  // namespace mien
