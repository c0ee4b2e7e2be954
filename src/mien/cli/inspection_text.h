// What `mien data check` found, for people and for programs.
#pragma once

#include <string>

#include "mien/data/inspect.h"

namespace mien::cli {

/// Counts, mapping, then what is wrong (the first few of each kind, and how many), then a verdict.
std::string inspection_text(const SetInspection& found);
/// Everything, as one JSON object.
std::string inspection_json(const SetInspection& found);

}  // namespace mien::cli
