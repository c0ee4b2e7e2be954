// An annotation format: how it is recognised and how a part of it is read. One file a family.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "mien/data/sets.h"
#include "mien/error.h"

namespace mien {

struct Format {
  std::string name;      ///< what `format` says
  std::string evidence;  ///< what a folder or file of this format has, for messages
  bool (*fits)(const std::filesystem::path& path);
  SampleSet (*read)(const SetOptions& options, SetPart part);
};

/// Every format, in the order in which messages list them.
const std::vector<Format>& formats();

// The families' entries.
Format abaw_mtl_format();
Format abaw_lsd_format();
std::vector<Format> abaw_single_formats();  ///< abaw-va, abaw-expr, abaw-au
Format csv_format();
Format rafdb_format();
Format affectnet_format();
Format fer2013_format();
Format pictures_format();

/// The set is there, but not this part of it.
class MissingPart : public DataError {
 public:
  using DataError::DataError;
};

/// Where the part lies: `path`, or `validation` where that names another place.
std::filesystem::path part_path(const SetOptions& options, SetPart part);
/// "training" or "validation".
std::string part_name(SetPart part);
/// `options.root`, else `cropped_aligned` beside the list or up to two folders above it, else "".
std::string picture_root(const SetOptions& options, const std::filesystem::path& list);
/// The first of `names` that is in `folder`; empty when none is.
std::filesystem::path first_existing(const std::filesystem::path& folder,
                                     const std::vector<std::string>& names);
/// Like first_existing, or `path` itself where it is a file. Throws MissingPart that names what was
/// looked for.
std::filesystem::path list_of_part(const SetOptions& options,
                                   SetPart part,
                                   const std::vector<std::string>& names);
/// Names in a folder, sorted; throws DataError when it cannot be read.
std::vector<std::string> sorted_entries(const std::filesystem::path& folder);
/// What lies below a folder, sorted.
struct FolderContents {
  std::vector<Sample> pictures;  ///< named relative to the folder
  std::vector<std::filesystem::path> tars;
  std::int64_t others = 0;
};
/// Throws DataError when it cannot be read.
FolderContents list_folder(const std::filesystem::path& folder);
/// Every picture below `folder`, sorted, named relative to it; counts what is no picture in the
/// notes.
SampleSet read_picture_folder(const std::filesystem::path& folder);

}  // namespace mien
