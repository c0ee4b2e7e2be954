// Which lists a command reads, and how they come into a network's vocabulary.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "mien/cli/command.h"
#include "mien/data/sets.h"

namespace mien::cli {

struct ListOptions {
  std::vector<std::string> path;  ///< `--data`, several times for several lists
  std::string format = "auto";
  std::string root;
  std::string missing = "error";
  std::string part = "validation";  ///< of a folder that holds both
  std::vector<std::string> rename;
  std::vector<SetOptions> sets;  ///< [[data.sets]], for lists of different formats
  /// The lists that `path` or `sets` name. Throws OptionError where none or both do.
  std::vector<SetOptions> resolved() const;
  std::map<std::string, std::string> renames() const;
  SetPart set_part() const;
};
void describe(ListOptions& options, Fields& fields);

}  // namespace mien::cli
