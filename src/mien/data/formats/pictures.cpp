// Pictures without labels: a folder and all below it, a plain tar file, or a list. What MAE is
// trained on.
#include <algorithm>
#include <iterator>
#include <utility>

#include "mien/core/files.h"
#include "mien/core/text.h"
#include "mien/data/formats/format.h"
#include "mien/data/label_fields.h"
#include "mien/data/tar_index.h"
#include "mien/error.h"
#include "mien/image/image.h"

namespace mien {
namespace {

namespace fs = std::filesystem;

constexpr const char* kName = "pictures";

void add_count(SampleSet& set, std::int64_t count, const std::string& what) {
  if (count > 0) set.notes.push_back(std::to_string(count) + " " + what);
}

/// The tar's pictures, their names after `prefix`.
void add_tar(SampleSet& set, const fs::path& tar, const std::string& prefix) {
  TarIndex index = read_tar_index(tar);
  for (TarMember& member : index.pictures) {
    set.samples.push_back(
        {prefix + std::move(member.name), tar, {}, {}, member.offset, member.bytes});
  }
  const std::string in = " in " + tar.filename().string();
  add_count(set, index.others, "members that are no pictures" + in);
  add_count(set, index.repeated, "pictures that a later one of their name replaces" + in);
  if (!index.kept) {
    set.notes.push_back("the index of " + tar.string() +
                        " could not be kept beside it: it is made again each time");
  }
}

SampleSet read_folder(const fs::path& folder) {
  FolderContents contents = list_folder(folder);
  SampleSet set{folder.string(), {}, std::move(contents.pictures)};
  add_count(set, contents.others, "files that are no pictures");
  for (const fs::path& tar : contents.tars) {
    add_tar(set, tar, tar.lexically_relative(folder).string() + "/");
  }
  return set;
}

/// A picture a line, relative to `root`.
SampleSet read_lines(const fs::path& list, const std::string& root) {
  SampleSet set{list.string(), {}, {}};
  const std::string text = read_file(list);
  std::int64_t others = 0;
  for (const std::string_view line : split(text, '\n')) {
    const std::string_view name = trim(line);
    if (name.empty()) continue;
    if (has_picture_ending(name)) {
      set.samples.push_back({std::string(name), picture_path(root, name), {}});
    } else {
      ++others;
    }
  }
  add_count(set, others, "lines that name no picture");
  return set;
}

/// The labelled list's own format where it has one; its labels do not matter.
SampleSet read_listed(const SetOptions& options, SetPart part, const fs::path& list) {
  for (const Format& format : formats()) {
    if (format.name != kName && format.fits(list)) return format.read(options, part);
  }
  const std::string root = options.root.empty() ? list.parent_path().string() : options.root;
  return read_lines(list, root);
}

SampleSet read_pictures(const SetOptions& options, SetPart part) {
  const fs::path path = part_path(options, part);
  if (fs::is_directory(path)) {
    // A file is whichever part is asked for; a folder of pictures without labels is not two sets.
    if (part == SetPart::kValidation && options.validation.empty()) {
      throw MissingPart(path.string(), "has no validation part: data.validation may name one");
    }
    return read_folder(path);
  }
  if (is_tar(path)) {
    SampleSet set{path.string(), {}, {}};
    add_tar(set, path, "");
    return set;
  }
  if (has_picture_ending(path)) {
    throw DataError(path.string(), "is a picture: name its folder, a list, or a tar file");
  }
  return read_listed(options, part, path);
}

bool is_tar_file(const fs::path& path) {
  return fs::is_regular_file(path) && is_tar(path);
}

}  // namespace

Format pictures_format() {
  return {
      kName, "a plain tar file; where it is named, any folder or list", is_tar_file, read_pictures};
}

}  // namespace mien
