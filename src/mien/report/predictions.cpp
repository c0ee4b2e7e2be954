#include "mien/report/predictions.h"

#include <functional>
#include <memory>

#include "mien/core/files.h"
#include "mien/error.h"
#include "mien/report/cells.h"
#include "mien/report/challenge.h"

namespace mien {
namespace {

struct Layout {
  std::string file;
  std::string header;
  std::function<std::string(const std::string& input, const WrittenPrediction&)> line;
};

std::vector<Cell> row_cells(const std::string& input, const WrittenPrediction& prediction) {
  std::vector<Cell> cells = {Cell::of_text(input),
                             affect_cell(prediction.valence),
                             affect_cell(prediction.arousal),
                             Cell::of_text(prediction.expression)};
  append_classes_and_units(cells, prediction);
  return cells;
}

Layout challenge_layout(Challenge challenge, const Vocabulary& vocabulary) {
  const ChallengeLines lines(challenge, vocabulary);
  return {"predictions.txt", lines.header(), [=](const std::string& input, const auto& prediction) {
            return lines.line(input, prediction);
          }};
}

Layout table_layout(PredictionFormat format, const Vocabulary& vocabulary) {
  std::vector<std::string> names = {"input", "valence", "arousal", "expression"};
  for (std::string& name : class_and_unit_names(vocabulary)) names.push_back(std::move(name));
  if (format == PredictionFormat::kCsv) {
    return {"predictions.csv",
            csv_header(names),
            [](const std::string& input, const WrittenPrediction& prediction) {
              return csv_line(row_cells(input, prediction));
            }};
  }
  return {"predictions.jsonl", "", [=](const std::string& input, const auto& prediction) {
            return json_line(names, row_cells(input, prediction));
          }};
}

Layout layout_of(PredictionFormat format, const Vocabulary& vocabulary) {
  switch (format) {
    case PredictionFormat::kCsv:
    case PredictionFormat::kJsonl:
      return table_layout(format, vocabulary);
    case PredictionFormat::kAbaw:
      return challenge_layout(Challenge::kMultiTask, vocabulary);
    case PredictionFormat::kAbawLsd:
      return challenge_layout(Challenge::kSyntheticData, vocabulary);
  }
  throw UsageError("unknown format of predictions");
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
    text += layout.line(row.input,
                        written_prediction(row.prediction, vocabulary, thresholds, row.input));
  }
  make_folder(folder);
  const std::filesystem::path file = folder / layout.file;
  write_file_atomically(file, text);
  return file;
}

}  // namespace mien
