#include "mien/core/program_folders.h"

#include <system_error>

#include <dlfcn.h>

namespace mien {

namespace fs = std::filesystem;

namespace {

/// The file that this code was loaded from: the program, or libmien.so in somebody else's.
fs::path code_file() {
  static const int kHere = 0;
  std::error_code error;
  Dl_info info{};
  if (dladdr(&kHere, &info) != 0 && info.dli_fname != nullptr) {
    const fs::path file = fs::canonical(info.dli_fname, error);
    // A program is known by what the user called it, which need not be its path.
    if (!error && file.filename().string().find(".so") != std::string::npos) return file;
  }
  return fs::read_symlink("/proc/self/exe", error);
}

}  // namespace

std::vector<fs::path> folders_near_program(const std::vector<std::string>& names) {
  constexpr int kLevels = 4;  // build/release/bin/mien lies three folders below the sources
  std::error_code error;
  fs::path folder = code_file().parent_path();
  std::vector<fs::path> folders;
  for (int i = 0; i < kLevels && folder.has_relative_path(); ++i) {
    for (const std::string& name : names) {
      if (fs::is_directory(folder / name, error)) folders.push_back(folder / name);
    }
    folder = folder.parent_path();
  }
  return folders;
}

std::vector<fs::path> recipe_folders() {
  return folders_near_program({"share/mien/recipes", "recipes"});
}

std::optional<fs::path> shipped_recipe(const std::string& name) {
  std::error_code error;
  for (const fs::path& folder : recipe_folders()) {
    for (const std::string& file : {name, name + ".toml"}) {
      if (fs::is_regular_file(folder / file, error)) return folder / file;
    }
  }
  return std::nullopt;
}

}  // namespace mien
