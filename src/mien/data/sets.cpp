#include "mien/data/sets.h"

#include "mien/affect/vocabulary.h"
#include "mien/core/text.h"
#include "mien/data/formats/format.h"
#include "mien/data/option_value.h"
#include "mien/data/votes.h"
#include "mien/error.h"

namespace mien {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kNone = "none";

std::vector<std::string> format_names() {
  std::vector<std::string> names = {"auto"};
  for (const Format& format : formats()) names.push_back(format.name);
  return names;
}

const Format& format_named(const std::string& name) {
  for (const Format& format : formats()) {
    if (format.name == name) return format;
  }
  throw bad_option("data.format",
                   "unknown format '" + name + "': it is one of " + join(format_names(), ", "));
}

std::vector<const Format*> fitting_formats(const fs::path& path) {
  std::vector<const Format*> fitting;
  for (const Format& format : formats()) {
    if (format.fits(path)) fitting.push_back(&format);
  }
  return fitting;
}

const Format& detected_format(const fs::path& path) {
  if (!fs::exists(path)) throw DataError(path.string(), "no such folder or list");
  const auto fitting = fitting_formats(path);
  if (fitting.size() == 1) return *fitting.front();
  std::string message;
  if (fitting.empty()) {
    message = "cannot tell its format. Looked for:";
    for (const Format& format : formats()) message += "\n  " + format.name + ": " + format.evidence;
    message += "\nName one with data.format";
  } else {
    message = "looks like more than one format (";
    for (const Format* format : fitting) {
      message += (format == fitting.front() ? "" : ", ") + format->name;
    }
    message += "): name one with data.format";
  }
  throw DataError(path.string(), message);
}

const Format& format_for(const SetOptions& options, const fs::path& path) {
  return options.format == "auto" ? detected_format(path) : format_named(options.format);
}

void add_votes(SampleSet& set, const SetOptions& options, SetPart part) {
  fs::path folder = options.path;
  if (!fs::is_directory(folder)) folder = folder.parent_path();
  const fs::path file = folder / options.votes;
  const std::int64_t filled = apply_votes(set, file);
  if (filled == 0 && part == SetPart::kTraining) {
    throw DataError(file.string(), "has votes for none of the pictures of " + set.name);
  }
  set.notes.push_back(std::to_string(filled) + " of " + std::to_string(set.samples.size()) +
                      " pictures have votes in " + options.votes);
}

SampleSet read_with(const Format& format, const SetOptions& options, SetPart part) {
  SampleSet set;
  try {
    set = format.read(options, part);
  } catch (const fs::filesystem_error& error) {
    throw DataError(options.path, error.what());
  }
  if (set.samples.empty()) {
    throw DataError(set.name, "has no entries for the " + part_name(part) + " part");
  }
  // FER2013's votes are joined by row in its own reader.
  if (!options.votes.empty() && format.name != "fer2013") add_votes(set, options, part);
  return set;
}

}  // namespace

void SetOptions::check() const {
  if (path.empty()) throw bad_option("data.path", "names no set: give a folder or a list file");
  check_values(*this, "data.");
}

void describe(SetOptions& options, Fields& fields) {
  fields.add("path", options.path, "folder of the set, or a list file");
  fields.add("format",
             options.format,
             "annotation format; auto looks at what is there",
             one_of(format_names()));
  fields.add(
      "weight", options.weight, "draws an epoch, as a multiple of the set's size", at_least(0));
  fields.add(
      "root", options.root, "folder of the pictures (empty: cropped_aligned beside the list)");
  fields.add("votes",
             options.votes,
             "csv of raters' votes, or of predictions, beside the list, for label distributions");
  fields.add("validation",
             options.validation,
             "folder or list of the validation part (empty: in path; none: there is none)");
}

SampleSet read_set(const SetOptions& options, SetPart part) {
  options.check();
  if (part == SetPart::kValidation && options.validation == kNone) {
    return {options.path + " (no validation part)", {}, {}};
  }
  SampleSet set = read_with(format_for(options, part_path(options, part)), options, part);
  if (set.vocabulary == Vocabulary{}) {
    throw DataError(set.name,
                    "has no label columns: it can only be predicted, not learned or scored");
  }
  return set;
}

SampleSet read_unlabelled(const SetOptions& options) {
  options.check();
  SetOptions here = options;
  if (here.format == "auto") here.format = "pictures";
  here.votes.clear();
  SampleSet set = read_with(format_named(here.format), here, SetPart::kTraining);
  set.vocabulary = {};
  for (Sample& sample : set.samples) sample.label = {};
  return set;
}

SampleSet read_list(const SetOptions& options, SetPart part) {
  options.check();
  const fs::path path = options.path;
  if (!fs::exists(path)) throw DataError(path.string(), "no such folder or list");
  const bool plain_folder =
      options.format == "auto" && fs::is_directory(path) && fitting_formats(path).empty();
  if (plain_folder) return read_picture_folder(path);
  SetOptions here = options;
  here.validation.clear();
  return read_with(format_for(here, path), here, part);
}

std::string labelled_format(const std::string& path) {
  if (!fs::is_directory(path)) return "";
  const auto fitting = fitting_formats(path);
  return fitting.empty() ? "" : fitting.front()->name;
}

std::string set_format(const SetOptions& options) {
  options.check();
  return format_for(options, options.path).name;
}

SampleSet map_set(const SampleSet& set,
                  const Vocabulary& to,
                  const std::map<std::string, std::string>& renames) {
  const LabelMap mapped(set.vocabulary, to, renames);
  SampleSet result{set.name, to, set.samples, set.notes};
  for (Sample& sample : result.samples) sample.label = mapped(sample.label);
  return result;
}

}  // namespace mien
