// What was installed beside the program: recipes, the networks that find faces.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace mien {

/// The folders of those names ("share/mien/recipes") that are there in the folder of the running
/// program (or of the shared library that this code is in) or in one of the three around it,
/// nearest to the program first: an installed tree, or the build and source folders of one that was
/// just built.
std::vector<std::filesystem::path> folders_near_program(const std::vector<std::string>& names);

/// The recipe NAME or NAME.toml that came with the program; nothing where there is none.
std::optional<std::filesystem::path> shipped_recipe(const std::string& name);
/// Where those lie: share/mien/recipes of an installed tree, recipes/ of the sources.
std::vector<std::filesystem::path> recipe_folders();

}  // namespace mien
