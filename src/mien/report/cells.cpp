#include "mien/report/cells.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include <nlohmann/json.hpp>

#include "mien/affect/decisions.h"
#include "mien/core/text.h"
#include "mien/error.h"

namespace mien {
namespace {

std::string json_text(const std::string& text) {
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string json_cell(const Cell& cell) {
  if (cell.kind == Cell::Kind::kAbsent) return "null";
  if (cell.kind == Cell::Kind::kText) return json_text(cell.text);
  const std::size_t point = cell.text.find('.');
  if (point == std::string::npos) return cell.text;
  // Zeros at the end say nothing in JSON; one stays, so that readers see a number with a point.
  const std::size_t last = std::max(cell.text.find_last_not_of('0'), point + 1);
  return cell.text.substr(0, last + 1);
}

std::optional<double> clipped(const std::optional<float>& value) {
  if (!value) return std::nullopt;
  return std::clamp(static_cast<double>(*value), -1.0, 1.0);
}

bool fits(std::size_t given, std::size_t wanted) {
  return given == 0 || given == wanted;
}

}  // namespace

Cell Cell::of_text(std::string text) {
  return text.empty() ? Cell() : Cell{Kind::kText, std::move(text)};
}

Cell Cell::whole(std::int64_t value) {
  return {Kind::kNumber, std::to_string(value)};
}

Cell Cell::decimal(double value, int digits) {
  return std::isfinite(value) ? Cell{Kind::kNumber, number_text(value, digits)} : Cell();
}

std::string csv_text(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"') result += '"';
    result += c;
  }
  return result + "\"";
}

std::string csv_header(const std::vector<std::string>& names) {
  std::vector<Cell> cells;
  cells.reserve(names.size());
  for (const std::string& name : names) cells.push_back(Cell::of_text(name));
  return csv_line(cells);
}

std::string csv_line(const std::vector<Cell>& cells) {
  std::string line;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (i > 0) line += ',';
    line += csv_text(cells[i].text);
  }
  return line + "\n";
}

std::string json_line(const std::vector<std::string>& names, const std::vector<Cell>& cells) {
  std::string line = "{";
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (i > 0) line += ',';
    line += json_text(names.at(i)) + ":" + json_cell(cells[i]);
  }
  return line + "}\n";
}

void check_prediction(const Prediction& prediction,
                      const Vocabulary& vocabulary,
                      const std::string& input) {
  if (!fits(prediction.expression.size(), vocabulary.expressions.size()) ||
      !fits(prediction.action_units.size(), vocabulary.action_units.size())) {
    throw UsageError(input + ": the prediction does not have the classes and units of its network");
  }
}

WrittenPrediction written_prediction(const Prediction& prediction,
                                     const Vocabulary& vocabulary,
                                     const std::vector<double>& thresholds,
                                     const std::string& input) {
  check_prediction(prediction, vocabulary, input);
  if (!fits(thresholds.size(), vocabulary.action_units.size())) {
    throw UsageError(input + ": there are other numbers of thresholds and action units");
  }
  WrittenPrediction result{
      clipped(prediction.valence), clipped(prediction.arousal), "", {}, {}, {}};
  const auto& classes = prediction.expression;
  const auto& units = prediction.action_units;
  result.expressions.resize(vocabulary.expressions.size());
  result.units.resize(vocabulary.action_units.size());
  result.decisions.resize(vocabulary.action_units.size());
  if (!classes.empty()) {
    std::copy(classes.begin(), classes.end(), result.expressions.begin());
    result.expression = vocabulary.expressions[most_probable(classes)];
  }
  for (std::size_t i = 0; i < units.size(); ++i) {
    const auto probability = static_cast<double>(units[i]);
    result.units[i] = probability;
    result.decisions[i] = unit_present(probability, thresholds, i) ? 1 : 0;
  }
  return result;
}

std::vector<std::string> class_and_unit_names(const Vocabulary& vocabulary) {
  std::vector<std::string> names;
  names.reserve(vocabulary.expressions.size() + 2 * vocabulary.action_units.size());
  for (const std::string& name : vocabulary.expressions) names.push_back("p_" + name);
  for (const std::string& name : vocabulary.action_units) names.push_back(name);
  for (const std::string& name : vocabulary.action_units) names.push_back(name + "_c");
  return names;
}

void append_classes_and_units(std::vector<Cell>& cells, const WrittenPrediction& prediction) {
  for (const auto& value : prediction.expressions) cells.push_back(affect_cell(value));
  for (const auto& value : prediction.units) cells.push_back(affect_cell(value));
  for (const auto& value : prediction.decisions) {
    cells.push_back(value ? Cell::whole(*value) : Cell());
  }
}

Cell affect_cell(const std::optional<double>& value) {
  return value ? Cell::decimal(*value, kAffectDigits) : Cell();
}

}  // namespace mien
