#include "mien/cli/output_names.h"

#include <algorithm>
#include <filesystem>
#include <string_view>
#include <system_error>

#include "mien/cli/work_state.h"

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

/// "a_person2", which is what the crops of a's second person are called.
bool is_of_further_person(const std::string& name) {
  constexpr std::string_view kMark = "_person";
  const std::size_t at = name.rfind(kMark);
  if (at == std::string::npos) return false;
  const std::string_view number = std::string_view(name).substr(at + kMark.size());
  return !number.empty() && number.find_first_not_of("0123456789") == std::string_view::npos;
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

void OutputNames::remember(const std::map<std::string, std::string>& outputs) {
  known_ = outputs;
  for (const auto& [input, output] : outputs) {
    taken_.insert(output);
    const auto slash = output.find('/');
    if (slash != std::string::npos) picture_folders_.insert(output.substr(0, slash));
  }
}

bool OutputNames::is_free(const std::string& name, const Input& input) const {
  if (taken_.contains(name)) return false;
  if (begin_ == Folders::kBelowOnly) return true;
  if (is_of_further_person(name)) return false;
  return input.kind == InputKind::kPicture || !picture_folders_.contains(name);
}

std::string OutputNames::name_of(const Input& input) {
  if (input.kind != InputKind::kCamera) {
    const auto known = known_.find(file_key(input.name));
    if (known != known_.end()) return known->second;
  }
  std::string name = wanted(input);
  if (begin_ == Folders::kNamedToo && input.kind == InputKind::kPicture) {
    // A video is a folder beside those of pictures.
    const std::string wanted_folder = name.substr(0, name.find('/'));
    const std::string rest = name.substr(wanted_folder.size());
    std::string folder = wanted_folder;
    for (int number = 2; taken_.contains(folder); ++number) {
      folder = wanted_folder + "-" + std::to_string(number);
    }
    picture_folders_.insert(folder);
    name = folder + rest;
  }
  std::string free = name;
  for (int number = 2; !is_free(free, input); ++number) free = name + "-" + std::to_string(number);
  taken_.insert(free);
  return free;
}

}  // namespace mien::cli
