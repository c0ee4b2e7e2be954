#include "mien/core/program_folders.h"

#include <system_error>

namespace mien {

namespace fs = std::filesystem;

std::vector<fs::path> folders_near_program(const std::vector<std::string>& names) {
  constexpr int kLevels = 4;  // build/release/bin/mien lies three folders below the sources
  std::error_code error;
  fs::path folder = fs::read_symlink("/proc/self/exe", error).parent_path();
  std::vector<fs::path> folders;
  for (int i = 0; i < kLevels && folder.has_relative_path(); ++i) {
    for (const std::string& name : names) {
      if (fs::is_directory(folder / name, error)) folders.push_back(folder / name);
    }
    folder = folder.parent_path();
  }
  return folders;
}

}  // namespace mien
