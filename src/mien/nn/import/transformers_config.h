// The configuration that transformers keeps beside a network's weights.
#pragma once

#include <string>

#include "mien/nn/registry.h"

namespace mien {

/// config.json of a "vit" or "mae": sizes, and with the vit's last layer the names of what it
/// gives.
std::string transformers_config(const Network& network, bool has_head);
/// preprocessor_config.json: how pictures become what the network reads.
std::string transformers_processor(const Network& network);

}  // namespace mien
