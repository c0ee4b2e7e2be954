#include "mien/cli/output_names.h"

#include <algorithm>
#include <filesystem>
#include <system_error>

namespace mien::cli {
namespace {

namespace fs = std::filesystem;

/// The path below `folder`, or nothing.
fs::path below(const fs::path& path, const fs::path& folder) {
  const fs::path relative = path.lexically_relative(folder);
  const bool inside = !relative.empty() && *relative.begin() != ".." && *relative.begin() != ".";
  return inside ? relative : fs::path();
}

/// The name that a folder has where it lies, also of "." and "..".
std::string folder_name(const fs::path& folder) {
  std::error_code error;
  const fs::path path = fs::canonical(folder.empty() ? fs::path(".") : folder, error);
  return error || !path.has_filename() ? "pictures" : path.filename().string();
}

}  // namespace

OutputNames::OutputNames(const std::vector<std::string>& named, Folders folders) : begin_(folders) {
  for (const std::string& name : named) {
    std::error_code error;
    if (fs::is_directory(name, error)) folders_.push_back(name);
  }
}

std::string OutputNames::wanted(const Input& input) const {
  if (input.kind == InputKind::kCamera) {
    std::string name = fs::path(input.name).filename().string();
    std::replace(name.begin(), name.end(), ':', '-');
    return name;
  }
  fs::path chosen = fs::path(input.name).filename();
  // Of nested folders that are named both, the outer one keeps more of the path apart.
  fs::path from = fs::path(input.name).parent_path();
  for (const std::string& folder : folders_) {
    const fs::path path = below(input.name, fs::path(folder) / "");
    if (path.string().size() < chosen.string().size()) continue;
    chosen = path;
    from = folder;
  }
  chosen.replace_extension();
  const bool with_folder = begin_ == Folders::kNamedToo && input.kind == InputKind::kPicture;
  return with_folder ? folder_name(from) + "/" + chosen.string() : chosen.string();
}

std::string OutputNames::name_of(const Input& input) {
  const std::string name = wanted(input);
  std::string free = name;
  for (int number = 2; !taken_.insert(free).second; ++number) {
    free = name + "-" + std::to_string(number);
  }
  return free;
}

}  // namespace mien::cli
