// The options of a command as help shows them.
#pragma once

#include <string>
#include <vector>

#include "mien/cli/command.h"

namespace mien::cli {

struct OptionEntry {
  std::string key;                 ///< "optim.layer_decay"; entries of lists: "data.sets.N.path"
  std::vector<std::string> flags;  ///< short ones first, the dotted one last
  std::string help;
  std::string accepts;  ///< "a number in [0, 1]"
  std::string initial;  ///< the default as text; empty where there is none
  bool flag = false;    ///< true or false
  bool operator==(const OptionEntry&) const = default;
  /// " (a number from 0 to 1; default 0.65)"; "" where there is nothing to say
  std::string details() const;
};

/// In the order of description, lists of tables after the fields.
std::vector<OptionEntry> option_entries(Command& command);

}  // namespace mien::cli
