#include "mien/cli/recipes.h"

#include <algorithm>
#include <system_error>
#include <vector>

#include "mien/core/options.h"
#include "mien/core/program_folders.h"
#include "mien/core/text.h"
#include "mien/error.h"
#include "mien/nn/network.h"

namespace mien::cli {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> recipe_names(const std::vector<fs::path>& folders) {
  std::vector<std::string> names;
  for (const fs::path& folder : folders) {
    for (const auto& entry : fs::directory_iterator(folder)) {
      if (entry.path().extension() == ".toml") names.push_back(entry.path().stem().string());
    }
  }
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

}  // namespace

fs::path find_recipe(const std::string& name) {
  std::error_code error;
  if (fs::is_regular_file(name, error)) return name;
  if (const auto file = shipped_recipe(name)) return *file;
  const std::vector<fs::path> folders = recipe_folders();
  if (folders.empty()) {
    throw UsageError("no recipe " + name +
                     ": there is no such file, and no share/mien/recipes beside the program");
  }
  const std::vector<std::string> names = recipe_names(folders);
  const std::string nearest = nearest_name(name, names);
  throw UsageError("no recipe " + name + ": there is no such file, and " + folders[0].string() +
                   " has " + join(names, ", ") +
                   (nearest.empty() ? "" : "; did you mean " + nearest + "?"));
}

std::string default_recipe(const std::string& network, const std::string& task) {
  const auto& recipes = network_kind(network).recipes;
  const auto found = recipes.find(task.empty() ? "mtl" : task);
  return found != recipes.end() ? found->second : recipes.begin()->second;
}

}  // namespace mien::cli
