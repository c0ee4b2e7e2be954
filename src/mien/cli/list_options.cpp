#include "mien/cli/list_options.h"

#include "mien/error.h"
#include "mien/train/train_options.h"

namespace mien::cli {

std::vector<SetOptions> ListOptions::resolved() const {
  if (path.empty() && sets.empty()) {
    throw OptionError("data.path", "no data is named: give --data with a folder or list");
  }
  if (!path.empty() && !sets.empty()) {
    throw OptionError("data.path", "--data and data.sets are both given: use one of them");
  }
  std::vector<SetOptions> lists = sets;
  for (const std::string& one : path) {
    SetOptions list;
    list.path = one;
    list.format = format;
    list.root = root;
    lists.push_back(list);
  }
  for (const SetOptions& list : lists) list.check();
  return lists;
}

std::map<std::string, std::string> ListOptions::renames() const {
  DataOptions as_in_training;
  as_in_training.rename = rename;
  return as_in_training.renames();
}

std::vector<SampleSet> ListOptions::read_labelled(SetPart part, const EventSink& events) const {
  std::vector<SampleSet> lists;
  for (const SetOptions& options : resolved()) {
    lists.push_back(read_set(options, part));
    check_pictures(lists.back(), missing, events);
  }
  return lists;
}

std::vector<SampleSet> ListOptions::mapped(const std::vector<SampleSet>& lists,
                                           const Vocabulary& to) const {
  std::vector<SampleSet> result;
  result.reserve(lists.size());
  for (const SampleSet& list : lists) result.push_back(map_set(list, to, renames()));
  return result;
}

SetPart PartListOptions::set_part() const {
  return part == "training" ? SetPart::kTraining : SetPart::kValidation;
}

std::vector<Label> labels_of(const std::vector<SampleSet>& lists) {
  std::vector<Label> labels;
  for (const SampleSet& list : lists) {
    for (const Sample& sample : list.samples) labels.push_back(sample.label);
  }
  return labels;
}

void describe(ListOptions& options, Fields& fields) {
  fields.add("path", options.path, "folder of a set, or a list; again for more than one");
  fields.add(
      "format", options.format, "annotation format of the lists; auto looks at what is there");
  fields.add(
      "root", options.root, "folder of the pictures (empty: cropped_aligned beside the list)");
  fields.add("missing",
             options.missing,
             "pictures that are not there: an error, or passed over",
             one_of({"error", "skip"}));
  fields.add(
      "rename",
      options.rename,
      "classes of a set that the network lacks, as from=to; contempt=other is there already");
  fields.tables("sets", options.sets, "several lists of different formats, instead of path");
}

void describe(PartListOptions& options, Fields& fields) {
  describe(static_cast<ListOptions&>(options), fields);
  fields.add(
      "part", options.part, "part of a folder that holds both", one_of({"validation", "training"}));
}

}  // namespace mien::cli
