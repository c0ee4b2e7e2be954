// What was installed beside the program: recipes, the networks that find faces.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace mien {

/// The folders of those names ("share/mien/recipes") that are there in the folder of the running
/// program or in one of the three around it, nearest to the program first: an installed tree, or
/// the build and source folders of one that was just built.
std::vector<std::filesystem::path> folders_near_program(const std::vector<std::string>& names);

}  // namespace mien
