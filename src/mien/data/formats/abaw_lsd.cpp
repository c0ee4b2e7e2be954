// Class folders, as ABAW's learning-from-synthetic-data challenge has them: train/<class>/*.jpg,
// val/<class>/*.jpg.
#include <algorithm>

#include "mien/data/formats/format.h"
#include "mien/data/label_fields.h"
#include "mien/error.h"
#include "mien/image/image.h"

namespace mien {
namespace {

namespace fs = std::filesystem;

const std::vector<std::string> kTraining = {"train", "training"};
const std::vector<std::string> kValidation = {"val", "validation", "valid"};

/// Folders of classes in the part's folder; files beside them do not matter.
std::vector<std::string> class_folders(const fs::path& part) {
  std::vector<std::string> folders;
  for (std::string& name : sorted_entries(part)) {
    if (fs::is_directory(part / name)) folders.push_back(std::move(name));
  }
  return folders;
}

/// AffectNet's parts are folders of folders too, one of which is called annotations.
bool holds_classes(const fs::path& part) {
  if (part.empty() || !fs::is_directory(part)) return false;
  const std::vector<std::string> folders = class_folders(part);
  return !folders.empty() &&
         std::find(folders.begin(), folders.end(), "annotations") == folders.end();
}

bool is_lsd(const fs::path& path) {
  return fs::is_directory(path) && (holds_classes(first_existing(path, kTraining)) ||
                                    holds_classes(first_existing(path, kValidation)));
}

/// The folder of a part: below `path`, or what `validation` names when that holds the classes
/// itself.
fs::path part_folder(const SetOptions& options, SetPart part) {
  const auto& names = part == SetPart::kTraining ? kTraining : kValidation;
  fs::path path = part_path(options, part);
  const bool elsewhere = part == SetPart::kValidation && !options.validation.empty();
  if (elsewhere && first_existing(path, names).empty()) return path;
  fs::path folder = list_of_part(options, part, names);
  if (!fs::is_directory(folder)) throw DataError(folder.string(), "is no folder of class folders");
  return folder;
}

void read_class(SampleSet& set, const fs::path& folder, int expression, std::int64_t& others) {
  const std::string prefix =
      folder.parent_path().filename().string() + "/" + folder.filename().string() + "/";
  for (const std::string& name : sorted_entries(folder)) {
    if (!has_picture_ending(name)) {
      ++others;
      continue;
    }
    Sample sample{prefix + name, picture_path(folder.string(), name), {}};
    sample.label.expression = expression;
    set.samples.push_back(std::move(sample));
  }
}

SampleSet read_lsd(const SetOptions& options, SetPart part) {
  const fs::path folder = part_folder(options, part);
  const std::vector<std::string> folders = class_folders(folder);
  std::vector<std::string> classes;
  classes.reserve(folders.size());
  for (const std::string& name : folders) {
    classes.push_back(ClassNames::checked(name, (folder / name).string(), 0));
  }
  SampleSet set{folder.string(), {}, {}};
  set.vocabulary.expressions = ClassNames::ordered(classes);
  const auto& names = set.vocabulary.expressions;
  std::int64_t others = 0;
  for (std::size_t i = 0; i < folders.size(); ++i) {
    const auto place = std::find(names.begin(), names.end(), classes[i]) - names.begin();
    read_class(set, folder / folders[i], static_cast<int>(place), others);
  }
  if (others > 0) set.notes.push_back(std::to_string(others) + " files that are no pictures");
  return set;
}

}  // namespace

Format abaw_lsd_format() {
  return {"abaw-lsd", "train/<class>/ or val/<class>/ with pictures", is_lsd, read_lsd};
}

}  // namespace mien
