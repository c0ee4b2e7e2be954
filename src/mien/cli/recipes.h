// Recipes: TOML files of training options that come with the program.
#pragma once

#include <filesystem>
#include <string>

namespace mien::cli {

/// The file of a recipe: `name` itself where it is a file, else NAME.toml in the recipes that were
/// installed (share/mien/recipes beside bin/) or in the recipes/ of the source tree that the
/// program was built in. Throws UsageError naming the nearest recipe and where it was looked for.
std::filesystem::path find_recipe(const std::string& name);

/// The recipe of a network for a task (empty: mtl where it learns that) when none is asked for.
std::string default_recipe(const std::string& network, const std::string& task);

}  // namespace mien::cli
