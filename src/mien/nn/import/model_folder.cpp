#include "mien/nn/import/model_folder.h"

#include <cstdint>
#include <system_error>

#include <nlohmann/json.hpp>

#include "mien/core/files.h"
#include "mien/core/text.h"
#include "mien/error.h"

namespace mien {
namespace {

namespace fs = std::filesystem;
using Configuration = nlohmann::json;

constexpr std::uintmax_t kLargestConfiguration = 1u << 20;

/// The object in the file; an empty one where there is no such file.
Configuration read_configuration(const fs::path& file) {
  std::error_code failed;
  if (!fs::is_regular_file(file, failed)) return Configuration::object();
  if (fs::file_size(file, failed) > kLargestConfiguration) {
    throw DataError(file.string(), "is too large for a configuration");
  }
  Configuration configuration = Configuration::parse(read_file(file), nullptr, false);
  if (!configuration.is_object()) throw DataError(file.string(), "is no JSON object");
  return configuration;
}

/// The object under a key; an empty one where there is none.
Configuration part_of(const Configuration& configuration, const char* key) {
  const auto found = configuration.find(key);
  return found != configuration.end() && found->is_object() ? *found : Configuration::object();
}

/// Three numbers under a key become an option.
void add_colours(const Configuration& configuration,
                 const char* key,
                 const char* option,
                 ModelFolder& folder) {
  constexpr std::size_t kColours = 3;
  const auto found = configuration.find(key);
  if (found == configuration.end() || !found->is_array() || found->size() != kColours) return;
  std::vector<std::string> numbers;
  numbers.reserve(kColours);
  for (const Configuration& number : *found) {
    if (!number.is_number()) return;
    numbers.push_back(number_text(number.get<double>()));
  }
  folder.options.emplace_back(option, join(numbers, ","));
}

void add_timm(const Configuration& configuration, ModelFolder& folder) {
  const auto found = configuration.find("architecture");
  if (found == configuration.end() || !found->is_string()) return;
  const auto architecture = found->get<std::string>();
  if (architecture.find("efficientnet") != std::string::npos) {
    folder.options.emplace_back("model.efficientnet",
                                architecture.starts_with("tf_") ? "tf" : "torch");
  }
  const Configuration pretrained = part_of(configuration, "pretrained_cfg");
  add_colours(pretrained, "mean", "input.mean", folder);
  add_colours(pretrained, "std", "input.deviation", folder);
}

void add_open_clip(const Configuration& configuration, ModelFolder& folder) {
  const Configuration model = part_of(configuration, "model_cfg");
  if (!model.empty()) {
    const auto quick = model.find("quick_gelu");
    const bool is_quick = quick != model.end() && quick->is_boolean() && quick->get<bool>();
    folder.options.emplace_back("model.clip_gelu", is_quick ? "quick" : "exact");
  }
  const Configuration pictures = part_of(configuration, "preprocess_cfg");
  add_colours(pictures, "mean", "input.mean", folder);
  add_colours(pictures, "std", "input.deviation", folder);
}

fs::path weights_in(const fs::path& folder) {
  std::error_code failed;
  for (const char* name : {"model.safetensors",
                           "open_clip_model.safetensors",
                           "pytorch_model.bin",
                           "open_clip_pytorch_model.bin"}) {
    if (fs::is_regular_file(folder / name, failed)) return folder / name;
    if (fs::is_regular_file(folder / (std::string(name) + ".index.json"), failed)) {
      throw DataError(folder.string(),
                      "has its weights in several files (" + std::string(name) +
                          ".index.json), which are not read: no network here is that large");
    }
  }
  throw DataError(folder.string(),
                  "holds no weights (looked for model.safetensors, pytorch_model.bin and "
                  "open_clip's names): give the file itself");
}

}  // namespace

ModelFolder read_model_folder(const fs::path& file_or_folder) {
  std::error_code failed;
  if (!fs::is_directory(file_or_folder, failed)) return {file_or_folder, {}};
  ModelFolder folder = {weights_in(file_or_folder), {}};
  add_timm(read_configuration(file_or_folder / "config.json"), folder);
  const Configuration processor = read_configuration(file_or_folder / "preprocessor_config.json");
  add_colours(processor, "image_mean", "input.mean", folder);
  add_colours(processor, "image_std", "input.deviation", folder);
  add_open_clip(read_configuration(file_or_folder / "open_clip_config.json"), folder);
  return folder;
}

}  // namespace mien
