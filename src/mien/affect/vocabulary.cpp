#include "mien/affect/vocabulary.h"

#include <algorithm>
#include <cstdint>
#include <numeric>

#include "mien/core/text.h"
#include "mien/error.h"

namespace mien {
namespace {

/// What data sets call the classes, by what mien calls them.
const std::map<std::string, std::string, std::less<>>& synonyms() {
  static const std::map<std::string, std::string, std::less<>> kNames = {
      {"afraid", "fear"},
      {"angry", "anger"},
      {"contemptuous", "contempt"},
      {"disgusted", "disgust"},
      {"fearful", "fear"},
      {"happy", "happiness"},
      {"joy", "happiness"},
      {"joyful", "happiness"},
      {"neutrality", "neutral"},
      {"others", "other"},
      {"sad", "sadness"},
      {"scared", "fear"},
      {"surprised", "surprise"},
  };
  return kNames;
}

int index_of(const std::vector<std::string>& names, const std::string& name) {
  const auto found = std::find(names.begin(), names.end(), name);
  return found == names.end() ? -1 : static_cast<int>(found - names.begin());
}

template <typename Canonical>
std::vector<std::string> all_canonical(const std::vector<std::string>& names, Canonical canonical) {
  std::vector<std::string> result;
  result.reserve(names.size());
  for (const std::string& name : names) result.push_back(canonical(name));
  return result;
}

std::vector<int> map_units(const std::vector<std::string>& from,
                           const std::vector<std::string>& to) {
  const std::vector<std::string> targets = all_canonical(to, canonical_action_unit);
  std::vector<int> indices;
  indices.reserve(from.size());
  for (const std::string& name : from) {
    indices.push_back(index_of(targets, canonical_action_unit(name)));
  }
  return indices;
}

std::vector<float> map_distribution(const std::vector<float>& from,
                                    const std::vector<int>& indices,
                                    std::size_t classes) {
  std::vector<float> to(classes, 0.0F);
  const std::size_t known = std::min(from.size(), indices.size());
  for (std::size_t i = 0; i < known; ++i) {
    if (indices[i] >= 0) to[static_cast<std::size_t>(indices[i])] += from[i];
  }
  const float sum = std::accumulate(to.begin(), to.end(), 0.0F);
  if (sum <= 0.0F) return {};
  for (float& share : to) share /= sum;
  return to;
}

}  // namespace

Vocabulary abaw_mtl_vocabulary() {
  return {{"neutral", "anger", "disgust", "fear", "happiness", "sadness", "surprise", "other"},
          {"AU01",
           "AU02",
           "AU04",
           "AU06",
           "AU07",
           "AU10",
           "AU12",
           "AU15",
           "AU23",
           "AU24",
           "AU25",
           "AU26"},
          true};
}

Vocabulary abaw_lsd_vocabulary() {
  return {{"anger", "disgust", "fear", "happiness", "sadness", "surprise"}, {}, false};
}

std::string canonical_expression(std::string_view name) {
  const std::string plain = lower(trim(name));
  const auto found = synonyms().find(plain);
  return found == synonyms().end() ? plain : found->second;
}

std::string canonical_action_unit(std::string_view name) {
  std::string digits = lower(trim(name));
  if (digits.starts_with("au")) {
    digits.erase(0, 2);
    if (!digits.empty() && std::string_view("_- ").find(digits.front()) != std::string_view::npos) {
      digits.erase(0, 1);
    }
  }
  const auto number = parse_integer(digits);
  if (digits.size() > 2 || !number || *number < 1) {
    throw OptionError(
        "action_units",
        "'" + std::string(name) + "' is no action unit; write AU01, AU1 or 1 (to 99)");
  }
  return (*number < 10 ? "AU0" : "AU") + std::to_string(*number);
}

std::vector<int> map_by_name(const std::vector<std::string>& from,
                             const std::vector<std::string>& to,
                             const std::map<std::string, std::string>& renames) {
  const std::vector<std::string> targets = all_canonical(to, canonical_expression);
  std::vector<int> indices;
  for (const std::string& name : all_canonical(from, canonical_expression)) {
    int index = index_of(targets, name);
    const auto renamed = renames.find(name);
    if (index < 0 && renamed != renames.end()) index = index_of(targets, renamed->second);
    indices.push_back(index);
  }
  return indices;
}

const std::map<std::string, std::string>& default_renames() {
  static const std::map<std::string, std::string> kRenames = {{"contempt", "other"}};
  return kRenames;
}

LabelMap::LabelMap(const Vocabulary& from,
                   const Vocabulary& to,
                   const std::map<std::string, std::string>& renames)
    : expressions_(map_by_name(from.expressions, to.expressions, renames)),
      action_units_(map_units(from.action_units, to.action_units)),
      to_expressions_(to.expressions.size()),
      to_action_units_(to.action_units.size()),
      to_valence_arousal_(to.valence_arousal) {}

Label LabelMap::operator()(const Label& label) const {
  Label mapped;
  if (to_valence_arousal_) {
    mapped.valence = label.valence;
    mapped.arousal = label.arousal;
  }
  const auto expression = static_cast<std::size_t>(label.expression);
  const bool labelled = label.expression >= 0 && expression < expressions_.size();
  if (labelled) mapped.expression = expressions_[expression];
  if (!label.expression_distribution.empty() && (!labelled || mapped.expression >= 0)) {
    mapped.expression_distribution =
        map_distribution(label.expression_distribution, expressions_, to_expressions_);
  }
  mapped.action_units.assign(to_action_units_, std::int8_t{-1});
  const std::size_t units = std::min(label.action_units.size(), action_units_.size());
  for (std::size_t i = 0; i < units; ++i) {
    if (action_units_[i] >= 0) {
      mapped.action_units[static_cast<std::size_t>(action_units_[i])] = label.action_units[i];
    }
  }
  return mapped;
}

Label map_label(const Label& label,
                const Vocabulary& from,
                const Vocabulary& to,
                const std::map<std::string, std::string>& renames) {
  return LabelMap(from, to, renames)(label);
}

}  // namespace mien
