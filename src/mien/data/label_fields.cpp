#include "mien/data/label_fields.h"

#include <algorithm>
#include <cmath>
#include <unordered_map>

#include "mien/affect/vocabulary.h"
#include "mien/core/text.h"
#include "mien/error.h"

namespace mien {
namespace {

// In ABAW's order; contempt is AffectNet's and FER+'s.
const std::vector<std::string>& known_classes() {
  static const std::vector<std::string> kNames = {"neutral",
                                                  "anger",
                                                  "disgust",
                                                  "fear",
                                                  "happiness",
                                                  "sadness",
                                                  "surprise",
                                                  "contempt",
                                                  "other"};
  return kNames;
}

std::string shown(std::string_view text) {
  return "'" + std::string(text.substr(0, 60)) + "'";
}

}  // namespace

std::optional<std::int64_t> parse_whole_number(std::string_view text) {
  text = trim(text);
  if (const auto whole = parse_integer(text)) return whole;
  const auto number = parse_double(text);
  if (!number || !(std::abs(*number) < 1e9) || *number != std::floor(*number)) return std::nullopt;
  return static_cast<std::int64_t>(*number);
}

std::optional<float> parse_affect(std::string_view text,
                                  double missing,
                                  std::string_view what,
                                  const TableReader& at) {
  text = trim(text);
  if (text.empty()) return std::nullopt;
  const auto value = parse_double(text);
  if (!value) at.fail(std::string(what) + ": " + shown(text) + " is not a number");
  if (*value == missing) return std::nullopt;
  if (!(*value >= -1 && *value <= 1)) {
    at.fail(std::string(what) + " " + shown(text) + " is outside [-1, 1] (" +
            number_text(missing, 0) + " says that it is missing)");
  }
  return static_cast<float>(*value);
}

int parse_class(std::string_view text, std::size_t classes, const TableReader& at) {
  const auto value = parse_whole_number(text);
  if (!value) at.fail("expression: " + shown(text) + " is not a class number");
  if (*value < -1 || *value >= static_cast<std::int64_t>(classes)) {
    at.fail("expression " + shown(text) + " is outside 0 to " + std::to_string(classes - 1) +
            " (-1 says that it is missing)");
  }
  return static_cast<int>(*value);
}

std::int8_t parse_unit(std::string_view text, std::string_view unit, const TableReader& at) {
  if (text.size() == 1 && (text[0] == '0' || text[0] == '1')) {
    return static_cast<std::int8_t>(text[0] - '0');
  }
  if (text == "-1" || trim(text).empty()) return -1;
  const auto value = parse_whole_number(text);
  if (!value || *value < -1 || *value > 1) {
    at.fail(std::string(unit) + ": " + shown(text) +
            " is not 1 (present), 0 (absent) or -1 (missing)");
  }
  return static_cast<std::int8_t>(*value);
}

std::string ClassNames::checked(std::string_view text, const std::string& file, std::int64_t line) {
  const auto fail = [&](const std::string& message) {
    if (line > 0) throw DataError(file, line, message);
    throw DataError(file, message);
  };
  text = trim(text);
  if (text.empty()) fail("a class without a name");
  if (parse_double(text)) fail("class " + shown(text) + " is a number: classes go by name here");
  std::string name = canonical_expression(text);
  const auto& known = known_classes();
  if (std::find(known.begin(), known.end(), name) != known.end()) return name;
  const std::string near = nearest_name(name, known);
  if (!near.empty()) fail("unknown class " + shown(text) + ": is it '" + near + "'?");
  return name;
}

std::vector<std::string> ClassNames::ordered(std::vector<std::string> names) {
  const auto rank = [](const std::string& name) {
    const auto& known = known_classes();
    return std::find(known.begin(), known.end(), name) - known.begin();
  };
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  std::stable_sort(names.begin(), names.end(), [&](const std::string& a, const std::string& b) {
    return rank(a) < rank(b);
  });
  return names;
}

void check_unique_names(const SampleSet& set, const std::vector<std::int64_t>& lines) {
  std::unordered_map<std::string_view, std::size_t> seen;
  seen.reserve(set.samples.size());
  for (std::size_t i = 0; i < set.samples.size(); ++i) {
    const auto [entry, fresh] = seen.emplace(set.samples[i].name, i);
    if (fresh) continue;
    throw DataError(set.name,
                    lines[i],
                    shown(set.samples[i].name) + " is in the list twice: line " +
                        std::to_string(lines[entry->second]) + " has it too");
  }
}

std::filesystem::path picture_path(const std::string& root, std::string_view name) {
  if (name.starts_with('/') || root.empty()) return std::string(name);
  std::string joined;
  joined.reserve(root.size() + name.size() + 1);
  joined.append(root);
  if (joined.back() != '/') joined.push_back('/');
  joined.append(name);
  return joined;
}

}  // namespace mien
