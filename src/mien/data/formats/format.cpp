#include "mien/data/formats/format.h"

#include <algorithm>

#include "mien/core/text.h"
#include "mien/error.h"
#include "mien/image/image.h"

namespace mien {

namespace fs = std::filesystem;

const std::vector<Format>& formats() {
  static const std::vector<Format> kAll = [] {
    std::vector<Format> list = {abaw_mtl_format(), abaw_lsd_format()};
    for (Format& track : abaw_single_formats()) list.push_back(std::move(track));
    for (const auto& make :
         {csv_format, rafdb_format, affectnet_format, fer2013_format, pictures_format}) {
      list.push_back(make());
    }
    return list;
  }();
  return kAll;
}

fs::path part_path(const SetOptions& options, SetPart part) {
  const bool elsewhere = part == SetPart::kValidation && !options.validation.empty();
  fs::path path = elsewhere ? options.validation : options.path;
  if (!fs::exists(path)) throw DataError(path.string(), "no such folder or list");
  return path;
}

std::string part_name(SetPart part) {
  return part == SetPart::kTraining ? "training" : "validation";
}

std::string picture_root(const SetOptions& options, const fs::path& list) {
  if (!options.root.empty()) return options.root;
  std::error_code ignored;
  fs::path folder = fs::is_directory(list, ignored) ? list : list.parent_path();
  for (int up = 0; up < 3; ++up) {
    const fs::path pictures = folder / "cropped_aligned";
    if (fs::is_directory(pictures, ignored)) return pictures.string();
    folder = folder.empty() ? fs::path("..") : folder / "..";
  }
  return "";
}

fs::path first_existing(const fs::path& folder, const std::vector<std::string>& names) {
  std::error_code ignored;
  for (const std::string& name : names) {
    if (fs::exists(folder / name, ignored)) return folder / name;
  }
  return {};
}

fs::path list_of_part(const SetOptions& options,
                      SetPart part,
                      const std::vector<std::string>& names) {
  fs::path path = part_path(options, part);
  if (!fs::is_directory(path)) return path;
  fs::path list = first_existing(path, names);
  if (list.empty()) {
    throw MissingPart(path.string(),
                      "has no " + part_name(part) + " part: looked for " + join(names, ", "));
  }
  return list;
}

std::vector<std::string> sorted_entries(const fs::path& folder) {
  std::vector<std::string> names;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    std::string name = entry->path().filename().string();
    if (!name.starts_with('.')) names.push_back(std::move(name));
  }
  if (error) throw DataError(folder.string(), "cannot be read: " + error.message());
  std::sort(names.begin(), names.end());
  return names;
}

FolderContents list_folder(const fs::path& folder) {
  FolderContents contents;
  std::error_code error;
  const auto options = fs::directory_options::follow_directory_symlink;
  for (fs::recursive_directory_iterator entry(folder, options, error), end; !error && entry != end;
       entry.increment(error)) {
    std::error_code ignored;
    if (entry->is_directory(ignored)) continue;
    const fs::path& file = entry->path();
    if (has_picture_ending(file)) {
      contents.pictures.push_back({file.lexically_relative(folder).string(), file, {}});
    } else if (file.extension() == ".tar") {
      contents.tars.push_back(file);
    } else {
      ++contents.others;
    }
  }
  if (error) throw DataError(folder.string(), "cannot be read: " + error.message());
  std::sort(contents.pictures.begin(),
            contents.pictures.end(),
            [](const Sample& a, const Sample& b) { return a.name < b.name; });
  std::sort(contents.tars.begin(), contents.tars.end());
  return contents;
}

SampleSet read_picture_folder(const fs::path& folder) {
  FolderContents contents = list_folder(folder);
  SampleSet set{folder.string(), {}, std::move(contents.pictures)};
  if (set.samples.empty()) throw DataError(folder.string(), "has no pictures");
  const std::int64_t others = contents.others + static_cast<std::int64_t>(contents.tars.size());
  if (others > 0) set.notes.push_back(std::to_string(others) + " files that are no pictures");
  return set;
}

}  // namespace mien
