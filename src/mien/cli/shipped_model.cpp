#include "mien/cli/shipped_model.h"

#include <algorithm>

#include "mien/core/program_folders.h"
#include "mien/error.h"
#include "mien/image/input_list.h"

namespace mien::cli {
namespace {

namespace fs = std::filesystem;

bool is_shipped_name(const fs::path& file) {
  return file.extension() == ".safetensors" && file.filename().string().rfind("emma-", 0) == 0;
}

}  // namespace

std::vector<std::string> models_or_shipped(const std::vector<std::string>& named) {
  if (!named.empty()) return named;
  std::vector<std::string> files;
  for (const fs::path& folder : folders_near_program({"share/mien/models", "models"})) {
    for (const auto& entry : fs::directory_iterator(folder)) {
      if (is_shipped_name(entry.path())) files.push_back(entry.path().string());
    }
    if (!files.empty()) break;
  }
  if (files.empty()) {
    throw OptionError("model",
                      "no network is there to read with: none came with this program "
                      "(share/mien/models/emma-*.safetensors), so name one with --model "
                      "FILE|RUN; mien train makes one, docs/guide.md says how");
  }
  return {*std::max_element(files.begin(), files.end(), natural_less)};
}

}  // namespace mien::cli
