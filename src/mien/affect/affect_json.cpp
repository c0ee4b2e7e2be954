// Vocabularies and scores as JSON.
#include <set>

#include <nlohmann/json.hpp>

#include "mien/affect/scores.h"
#include "mien/affect/vocabulary.h"
#include "mien/error.h"

namespace mien {
namespace {

using Json = nlohmann::ordered_json;

template <typename Value>
Json json_or_null(const std::optional<Value>& value) {
  return value ? Json(*value) : Json(nullptr);
}

Json class_json(const ClassScore& score) {
  return {{"name", score.name},
          {"labels", score.labels},
          {"positives", score.positives},
          {"true_positive", score.true_positive},
          {"false_positive", score.false_positive},
          {"false_negative", score.false_negative},
          {"f1", json_or_null(score.f1)},
          {"recall", json_or_null(score.recall)}};
}

Json classes_json(const std::vector<ClassScore>& scores) {
  Json list = Json::array();
  for (const ClassScore& score : scores) list.push_back(class_json(score));
  return list;
}

const Json& member(const Json& object, const char* name, const std::string& file) {
  const auto found = object.find(name);
  if (found == object.end()) {
    throw DataError(file, std::string("the vocabulary has no '") + name + "'");
  }
  return *found;
}

std::vector<std::string> names_of(const Json& object, const char* name, const std::string& file) {
  const Json& list = member(object, name, file);
  std::vector<std::string> names;
  for (const Json& item : list) {
    if (!list.is_array() || !item.is_string()) break;
    names.push_back(item.get<std::string>());
  }
  if (!list.is_array() || names.size() != list.size()) {
    throw DataError(file, std::string("'") + name + "' of the vocabulary is no list of names");
  }
  if (std::set<std::string>(names.begin(), names.end()).size() != names.size()) {
    throw DataError(file, std::string("'") + name + "' of the vocabulary has a name twice");
  }
  return names;
}

}  // namespace

std::string vocabulary_to_json(const Vocabulary& vocabulary) {
  const Json object = {{"expressions", vocabulary.expressions},
                       {"action_units", vocabulary.action_units},
                       {"valence_arousal", vocabulary.valence_arousal}};
  return object.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Vocabulary vocabulary_from_json(std::string_view json, const std::string& file) {
  const Json object = Json::parse(json, nullptr, /*allow_exceptions=*/false);
  if (!object.is_object()) throw DataError(file, "the vocabulary is no JSON object");
  const Json& valence_arousal = member(object, "valence_arousal", file);
  if (!valence_arousal.is_boolean()) {
    throw DataError(file, "'valence_arousal' of the vocabulary is neither true nor false");
  }
  return {names_of(object, "expressions", file),
          names_of(object, "action_units", file),
          valence_arousal.get<bool>()};
}

std::string scores_to_json(const Scores& scores) {
  const Json object = {
      {"samples", scores.samples},
      {"valence_arousal_labels", scores.valence_arousal_labels},
      {"expression_labels", scores.expression_labels},
      {"total", json_or_null(scores.total)},
      {"p_mtl", json_or_null(scores.p_mtl)},
      {"ccc", json_or_null(scores.ccc)},
      {"ccc_valence", json_or_null(scores.ccc_valence)},
      {"ccc_arousal", json_or_null(scores.ccc_arousal)},
      {"expression_f1", json_or_null(scores.expression_f1)},
      {"expression_accuracy", json_or_null(scores.expression_accuracy)},
      {"expression_macro_accuracy", json_or_null(scores.expression_macro_accuracy)},
      {"expression_calibration_error", json_or_null(scores.expression_calibration_error)},
      {"action_unit_f1", json_or_null(scores.action_unit_f1)},
      {"expressions", classes_json(scores.expressions)},
      {"action_units", classes_json(scores.action_units)},
      {"confusion", scores.confusion}};
  return object.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace mien
