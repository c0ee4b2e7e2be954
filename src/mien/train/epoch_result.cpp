#include "mien/train/epoch_result.h"

#include <nlohmann/json.hpp>

#include "mien/core/files.h"
#include "mien/error.h"

namespace mien {
namespace {

using Json = nlohmann::ordered_json;

std::optional<double> number_or_nothing(const Json& object, const char* name) {
  const auto found = object.find(name);
  if (found == object.end() || !found->is_number()) return std::nullopt;
  return found->get<double>();
}

Scores scores_means(const Json& object) {
  Scores scores;
  scores.ccc_valence = number_or_nothing(object, "ccc_valence");
  scores.ccc_arousal = number_or_nothing(object, "ccc_arousal");
  scores.ccc = number_or_nothing(object, "ccc");
  scores.expression_f1 = number_or_nothing(object, "expression_f1");
  scores.expression_accuracy = number_or_nothing(object, "expression_accuracy");
  scores.expression_macro_accuracy = number_or_nothing(object, "expression_macro_accuracy");
  scores.action_unit_f1 = number_or_nothing(object, "action_unit_f1");
  scores.p_mtl = number_or_nothing(object, "p_mtl");
  scores.total = number_or_nothing(object, "total");
  return scores;
}

}  // namespace

std::string epoch_to_json(const EpochResult& result) {
  Json object;
  object["epoch"] = result.epoch;
  object["lr"] = result.lr;
  object["losses"] = result.losses;
  object["gradient_norm"] = result.gradient_norm;
  object["images_per_second"] = result.images_per_second;
  object["seconds"] = result.seconds;
  object["best"] = result.best;
  object["validation"] =
      result.validation.lists.empty() ? Json() : Json::parse(report_to_json(result.validation));
  return object.dump();
}

EpochResult epoch_from_json(std::string_view json, const std::string& file) {
  EpochResult result;
  try {
    const Json object = Json::parse(json);
    result.epoch = object.at("epoch").get<std::int64_t>();
    result.lr = object.at("lr").get<double>();
    result.losses = object.at("losses").get<std::map<std::string, double>>();
    result.gradient_norm = object.at("gradient_norm").get<double>();
    result.images_per_second = object.at("images_per_second").get<double>();
    result.seconds = object.at("seconds").get<double>();
    result.best = object.at("best").get<bool>();
    const Json& validation = object.at("validation");
    if (validation.is_object()) result.validation.pooled = scores_means(validation.at("pooled"));
  } catch (const Json::exception&) {
    throw DataError(file, "has a line that is not an epoch's: " + std::string(json.substr(0, 80)));
  }
  return result;
}

std::vector<EpochResult> read_epochs(const std::filesystem::path& metrics) {
  std::vector<EpochResult> epochs;
  if (!std::filesystem::exists(metrics)) return epochs;
  const std::string text = read_file(metrics);
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = text.find('\n', begin);
    if (end == std::string::npos) break;
    epochs.push_back(
        epoch_from_json(std::string_view(text).substr(begin, end - begin), metrics.string()));
    begin = end + 1;
  }
  return epochs;
}

}  // namespace mien
