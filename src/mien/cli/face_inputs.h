// What commands that look for faces have in common: their inputs and switches.
#pragma once

#include <string>
#include <vector>

#include "mien/cli/console.h"
#include "mien/cli/work_summary.h"
#include "mien/image/input_list.h"

namespace mien::cli {

/// Lists what the user named, and says what of it is no input. Throws DataError where nothing is.
std::vector<Input> face_inputs(const std::vector<std::string>& named,
                               bool recursive,
                               Console& console,
                               WorkSummary& summary);

/// `detector`, or "none" with --no-detect. Throws OptionError where both are given.
std::string chosen_detector(const std::string& detector, bool no_detect);

/// `others`, then the keys of the switches for faces: what `--help` shows of such a command.
std::vector<std::string> with_face_switches(std::vector<std::string> others);

}  // namespace mien::cli
