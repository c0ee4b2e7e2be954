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
  std::vector<std::string> rename;
  std::vector<SetOptions> sets;  ///< [[data.sets]], for lists of different formats
  /// The lists that `path` or `sets` name. Throws OptionError where none or both do.
  std::vector<SetOptions> resolved() const;
  std::map<std::string, std::string> renames() const;
  /// That part of every list, with its labels in the list's own vocabulary and its pictures looked
  /// for. Throws what read_set and check_pictures throw.
  std::vector<SampleSet> read_labelled(SetPart part, const EventSink& events) const;
  /// The sets in another vocabulary.
  std::vector<SampleSet> mapped(const std::vector<SampleSet>& lists, const Vocabulary& to) const;
};
void describe(ListOptions& options, Fields& fields);

/// Lists of which a command reads one part.
struct PartListOptions : ListOptions {
  std::string part = "validation";  ///< of a folder that holds both
  SetPart set_part() const;
};
void describe(PartListOptions& options, Fields& fields);

/// All samples' labels, list after list.
std::vector<Label> labels_of(const std::vector<SampleSet>& lists);

}  // namespace mien::cli
