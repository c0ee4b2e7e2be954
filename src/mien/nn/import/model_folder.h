// Folders in which model hubs keep a network: weights, and a configuration beside them.
#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "mien/nn/import/foreign_names.h"

namespace mien {

struct ModelFolder {
  std::filesystem::path weights;
  /// What the configuration says beyond the tensors, by option: model.efficientnet,
  /// model.clip_gelu, input.mean, input.deviation.
  std::vector<std::pair<std::string, std::string>> options;
  HeadCounts heads = {};
};

/// Of timm, transformers or open_clip, by config.json or open_clip_config.json. A file stands for
/// itself and has no options. Throws DataError for a folder without weights, for weights in several
/// files, and for a configuration that is no JSON or has values that no network has.
ModelFolder read_model_folder(const std::filesystem::path& file_or_folder);

}  // namespace mien
