// Which files there are: that all of them are there, and nothing else is.
#pragma once

#include <filesystem>
#include <set>
#include <string>

namespace mien::test {

/// The paths of all files below the folder, hidden ones too, relative to it; none without folder.
inline std::set<std::string> files_below(const std::filesystem::path& folder) {
  std::set<std::string> names;
  if (!std::filesystem::exists(folder)) return names;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) {
      names.insert(entry.path().lexically_relative(folder).generic_string());
    }
  }
  return names;
}

}  // namespace mien::test
