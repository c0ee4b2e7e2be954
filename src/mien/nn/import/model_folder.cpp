#include "mien/nn/import/model_folder.h"

#include <cstdint>
#include <string>
#include <system_error>
#include <utility>

#include <nlohmann/json.hpp>

#include "mien/core/files.h"
#include "mien/core/text.h"
#include "mien/error.h"
#include "mien/input/input.h"

namespace mien {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

constexpr std::uintmax_t kLargestConfiguration = 1u << 20;

/// A configuration, or an object within one.
struct Configuration {
  Json object = Json::object();
  std::string file;

  /// The value under a key; null where there is none.
  Json value(const char* key) const { return object.value(key, Json()); }
  /// The object under a key; an empty one where there is none.
  Configuration part(const char* key) const {
    Json inner = value(key);
    return {inner.is_object() ? std::move(inner) : Json::object(), file};
  }
};

/// The object in the file; an empty one where there is no such file.
Configuration read_configuration(const fs::path& file) {
  std::error_code failed;
  Configuration configuration = {Json::object(), file.string()};
  if (!fs::is_regular_file(file, failed)) return configuration;
  if (fs::file_size(file, failed) > kLargestConfiguration) {
    throw DataError(file.string(), "is too large for a configuration");
  }
  configuration.object = Json::parse(read_file(file), nullptr, /*allow_exceptions=*/false);
  if (!configuration.object.is_object()) throw DataError(file.string(), "is no JSON object");
  return configuration;
}

/// Three numbers under a key become an option.
void add_colours(const Configuration& configuration,
                 const char* key,
                 const char* option,
                 ModelFolder& folder) {
  constexpr std::size_t kColours = 3;
  const Json found = configuration.value(key);
  if (!found.is_array() || found.size() != kColours) return;
  std::vector<std::string> numbers;
  numbers.reserve(kColours);
  for (const Json& number : found) {
    if (!number.is_number()) return;
    numbers.push_back(number_text(number.get<double>()));
  }
  const std::string text = join(numbers, ",");
  InputOptions input;
  Fields fields;
  fields.group("input", input);
  try {
    set_option(fields, option, text);
    input.check();
  } catch (const OptionError& error) {
    throw DataError(configuration.file, std::string("'") + key + "': " + error.what());
  }
  folder.options.emplace_back(option, text);
}

/// A count of heads under a key; 0 where there is none.
std::int64_t heads_in(const Configuration& configuration, const char* key) {
  constexpr std::int64_t kMost = 16384;
  const Json found = configuration.value(key);
  if (found.is_null()) return 0;
  const std::int64_t count = found.is_number_integer() ? found.get<std::int64_t>() : 0;
  if (count > 0 && count <= kMost) return count;
  throw DataError(configuration.file, std::string("'") + key + "' is no count of attention heads");
}

void add_timm(const Configuration& configuration, ModelFolder& folder) {
  const Json found = configuration.value("architecture");
  if (!found.is_string()) return;
  const auto architecture = found.get<std::string>();
  if (architecture.find("efficientnet") != std::string::npos) {
    folder.options.emplace_back("model.efficientnet",
                                architecture.starts_with("tf_") ? "tf" : "torch");
  }
  folder.heads = {heads_in(configuration.part("model_args"), "num_heads"), 0, configuration.file};
  const Configuration pretrained = configuration.part("pretrained_cfg");
  add_colours(pretrained, "mean", "input.mean", folder);
  add_colours(pretrained, "std", "input.deviation", folder);
}

void add_transformers(const Configuration& configuration, ModelFolder& folder) {
  if (configuration.value("num_attention_heads").is_null()) return;
  folder.heads = {heads_in(configuration, "num_attention_heads"),
                  heads_in(configuration, "decoder_num_attention_heads"),
                  configuration.file};
}

void add_open_clip(const Configuration& configuration, ModelFolder& folder) {
  const Configuration model = configuration.part("model_cfg");
  if (!model.object.empty()) {
    const Json value = model.value("quick_gelu");
    const bool quick = value.is_boolean() && value.get<bool>();
    folder.options.emplace_back("model.clip_gelu", quick ? "quick" : "exact");
  }
  const Configuration vision = model.part("vision_cfg");
  const std::int64_t head_width = heads_in(vision, "head_width");
  const Json width = vision.value("width");
  const std::int64_t heads =
      head_width > 0 && width.is_number_integer() ? width.get<std::int64_t>() / head_width : 0;
  if (heads > 0) folder.heads = {heads, 0, configuration.file};
  const Configuration pictures = configuration.part("preprocess_cfg");
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
  if (!fs::is_directory(file_or_folder, failed)) return {file_or_folder, {}, {}};
  ModelFolder folder = {weights_in(file_or_folder), {}, {}};
  const Configuration configuration = read_configuration(file_or_folder / "config.json");
  add_timm(configuration, folder);
  add_transformers(configuration, folder);
  const Configuration processor = read_configuration(file_or_folder / "preprocessor_config.json");
  add_colours(processor, "image_mean", "input.mean", folder);
  add_colours(processor, "image_std", "input.deviation", folder);
  add_open_clip(read_configuration(file_or_folder / "open_clip_config.json"), folder);
  return folder;
}

}  // namespace mien
