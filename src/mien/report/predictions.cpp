#include "mien/report/predictions.h"

#include <algorithm>
#include <cstddef>
#include <functional>
#include <optional>

#include <nlohmann/json.hpp>

#include "mien/affect/vocabulary.h"
#include "mien/core/files.h"
#include "mien/core/text.h"
#include "mien/error.h"

namespace mien {
namespace {

constexpr int kDigits = 6;

std::optional<double> clipped(const std::optional<float>& value) {
  if (!value) return std::nullopt;
  return std::clamp(static_cast<double>(*value), -1.0, 1.0);
}

std::string cell(const std::optional<double>& value) {
  return value ? number_text(*value, kDigits) : "";
}

/// RFC 4180: quoted where it holds a comma, a quote or a line end, quotes doubled.
std::string quoted(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"') result += '"';
    result += c;
  }
  return result + "\"";
}

std::size_t index_of_largest(const std::vector<double>& values) {
  return static_cast<std::size_t>(std::max_element(values.begin(), values.end()) - values.begin());
}

/// What every format is made from: names, and numbers where the network gives them.
struct Row {
  std::string input;
  std::optional<double> valence, arousal;
  std::string expression;  ///< name; empty where there is none
  std::vector<std::optional<double>> expressions;
  std::vector<std::optional<double>> units;
  std::vector<std::optional<int>> decisions;
};

Row complete_row(const PredictionRow& row,
                 const Vocabulary& vocabulary,
                 const std::vector<double>& thresholds) {
  Row result{
      row.input, clipped(row.prediction.valence), clipped(row.prediction.arousal), "", {}, {}, {}};
  const auto& classes = row.prediction.expression;
  const auto& units = row.prediction.action_units;
  result.expressions.resize(vocabulary.expressions.size());
  result.units.resize(vocabulary.action_units.size());
  result.decisions.resize(vocabulary.action_units.size());
  if (!classes.empty()) {
    const std::vector<double> values(classes.begin(), classes.end());
    std::copy(values.begin(), values.end(), result.expressions.begin());
    result.expression = vocabulary.expressions[index_of_largest(values)];
  }
  for (std::size_t i = 0; i < units.size(); ++i) {
    const double threshold = thresholds.empty() ? 0.5 : thresholds[i];
    result.units[i] = static_cast<double>(units[i]);
    result.decisions[i] = static_cast<double>(units[i]) >= threshold ? 1 : 0;
  }
  return result;
}

std::string csv_header(const Vocabulary& vocabulary) {
  std::string header = "input,valence,arousal,expression";
  for (const std::string& name : vocabulary.expressions) header += "," + quoted("p_" + name);
  for (const std::string& name : vocabulary.action_units) header += "," + name;
  for (const std::string& name : vocabulary.action_units) header += "," + name + "_c";
  return header + "\n";
}

std::string csv_line(const Row& row) {
  std::string line = quoted(row.input) + "," + cell(row.valence) + "," + cell(row.arousal) + "," +
                     quoted(row.expression);
  for (const auto& value : row.expressions) line += "," + cell(value);
  for (const auto& value : row.units) line += "," + cell(value);
  for (const auto& value : row.decisions) line += "," + (value ? std::to_string(*value) : "");
  return line + "\n";
}

template <typename Number>
nlohmann::ordered_json json_value(const std::optional<Number>& value) {
  return value ? nlohmann::ordered_json(*value) : nlohmann::ordered_json(nullptr);
}

std::optional<double> rounded(const std::optional<double>& value) {
  return value ? parse_double(number_text(*value, kDigits)) : value;
}

std::string json_line(const Row& row, const Vocabulary& vocabulary) {
  nlohmann::ordered_json json;
  json["input"] = row.input;
  json["valence"] = json_value(rounded(row.valence));
  json["arousal"] = json_value(rounded(row.arousal));
  json["expression"] = row.expression.empty() ? nlohmann::ordered_json(nullptr)
                                              : nlohmann::ordered_json(row.expression);
  for (std::size_t i = 0; i < row.expressions.size(); ++i) {
    json["p_" + vocabulary.expressions[i]] = json_value(rounded(row.expressions[i]));
  }
  for (std::size_t i = 0; i < row.units.size(); ++i) {
    json[vocabulary.action_units[i]] = json_value(rounded(row.units[i]));
  }
  for (std::size_t i = 0; i < row.decisions.size(); ++i) {
    json[vocabulary.action_units[i] + "_c"] = json_value(row.decisions[i]);
  }
  // Names of files need not be UTF-8; a replacement character is better than no file.
  return json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

/// The challenge's place of each class or unit of the network; throws where the network lacks one.
struct ChallengeOrder {
  std::vector<int> place_of_class;  ///< -1: of no interest to the challenge
  std::vector<std::size_t> unit_at_place;

  ChallengeOrder(const Vocabulary& network, const Vocabulary& challenge, const std::string& format)
      : place_of_class(map_by_name(
            network.expressions,
            challenge.expressions,
            format == "abaw" ? default_renames() : std::map<std::string, std::string>{})) {
    std::vector<std::string> lacking;
    for (std::size_t i = 0; i < challenge.expressions.size(); ++i) {
      const auto place = static_cast<int>(i);
      if (std::find(place_of_class.begin(), place_of_class.end(), place) == place_of_class.end()) {
        lacking.push_back(challenge.expressions[i]);
      }
    }
    for (const std::string& unit : challenge.action_units) {
      const auto& units = network.action_units;
      const auto found = std::find(units.begin(), units.end(), unit);
      if (found == units.end()) lacking.push_back(unit);
      unit_at_place.push_back(static_cast<std::size_t>(found - units.begin()));
    }
    if (challenge.valence_arousal && !network.valence_arousal) {
      lacking.insert(lacking.end(), {"valence", "arousal"});
    }
    if (!lacking.empty()) {
      throw UsageError("format " + format + " needs what this network does not give: " +
                       join(lacking, ", ") + "; use --format csv or jsonl");
    }
  }

  /// The challenge's class with the largest probability (several classes may share a place), or -1.
  std::int64_t expression_of(const Row& row, std::size_t classes) const {
    if (row.expression.empty()) return -1;
    std::vector<double> sums(classes, 0.0);
    for (std::size_t i = 0; i < row.expressions.size(); ++i) {
      if (place_of_class[i] < 0) continue;
      sums[static_cast<std::size_t>(place_of_class[i])] += row.expressions[i].value_or(0.0);
    }
    return static_cast<std::int64_t>(index_of_largest(sums));
  }
};

/// A list line without a picture keeps its line, with the challenge's marks for what is missing.
std::string affect_text(const std::optional<double>& value) {
  return value ? cell(value) : "-5";
}

std::string abaw_line(const Row& row, const ChallengeOrder& order, std::size_t classes) {
  std::string line = quoted(row.input) + "," + affect_text(row.valence) + "," +
                     affect_text(row.arousal) + "," +
                     std::to_string(order.expression_of(row, classes));
  for (const std::size_t unit : order.unit_at_place) {
    line += "," + std::to_string(row.decisions[unit].value_or(-1));
  }
  return line + "\n";
}

std::string lsd_line(const Row& row, const ChallengeOrder& order, std::size_t classes) {
  return quoted(row.input) + "," + std::to_string(order.expression_of(row, classes)) + "\n";
}

struct Layout {
  std::string file;
  std::string header;
  std::function<std::string(const Row&)> line;
};

Layout layout_of(PredictionFormat format, const Vocabulary& vocabulary) {
  switch (format) {
    case PredictionFormat::kCsv:
      return {"predictions.csv", csv_header(vocabulary), csv_line};
    case PredictionFormat::kJsonl:
      return {"predictions.jsonl", "", [&](const Row& row) { return json_line(row, vocabulary); }};
    case PredictionFormat::kAbaw: {
      const ChallengeOrder order(vocabulary, abaw_mtl_vocabulary(), "abaw");
      const std::size_t classes = abaw_mtl_vocabulary().expressions.size();
      return {"predictions.txt", "image,valence,arousal,expression,aus\n", [=](const Row& row) {
                return abaw_line(row, order, classes);
              }};
    }
    case PredictionFormat::kAbawLsd: {
      const ChallengeOrder order(vocabulary, abaw_lsd_vocabulary(), "abaw-lsd");
      const std::size_t classes = abaw_lsd_vocabulary().expressions.size();
      return {"predictions.txt", "image,expression\n", [=](const Row& row) {
                return lsd_line(row, order, classes);
              }};
    }
  }
  throw UsageError("unknown format of predictions");
}

void check_lengths(const PredictionRow& row,
                   const Vocabulary& vocabulary,
                   const std::vector<double>& thresholds) {
  const auto fits = [](std::size_t given, std::size_t wanted) {
    return given == 0 || given == wanted;
  };
  if (!fits(row.prediction.expression.size(), vocabulary.expressions.size()) ||
      !fits(row.prediction.action_units.size(), vocabulary.action_units.size()) ||
      !fits(thresholds.size(), vocabulary.action_units.size())) {
    throw UsageError(row.input +
                     ": the prediction does not have the classes and units of its network");
  }
}

}  // namespace

PredictionFormat prediction_format(const std::string& name) {
  if (name == "csv") return PredictionFormat::kCsv;
  if (name == "jsonl") return PredictionFormat::kJsonl;
  if (name == "abaw") return PredictionFormat::kAbaw;
  if (name == "abaw-lsd") return PredictionFormat::kAbawLsd;
  throw UsageError("format " + name + ": csv, jsonl, abaw or abaw-lsd");
}

void check_prediction_format(PredictionFormat format, const Vocabulary& vocabulary) {
  layout_of(format, vocabulary);
}

std::filesystem::path write_predictions(const std::filesystem::path& folder,
                                        PredictionFormat format,
                                        const std::vector<PredictionRow>& rows,
                                        const Vocabulary& vocabulary,
                                        const std::vector<double>& thresholds) {
  const Layout layout = layout_of(format, vocabulary);
  std::string text = layout.header;
  for (const PredictionRow& row : rows) {
    check_lengths(row, vocabulary, thresholds);
    text += layout.line(complete_row(row, vocabulary, thresholds));
  }
  make_folder(folder);
  const std::filesystem::path file = folder / layout.file;
  write_file_atomically(file, text);
  return file;
}

}  // namespace mien
