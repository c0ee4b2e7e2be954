#include "mien/cli/reproduce/reproduction_report.h"

#include <cmath>
#include <limits>
#include <optional>

#include "mien/core/text.h"
#include "mien/report/cells.h"

namespace mien::cli {
namespace {

constexpr double kPercent = 100;

struct MeanAndDeviation {
  double mean = 0;
  double deviation = 0;  ///< sample deviation; 0 for one
};

std::optional<MeanAndDeviation> over_seeds(const RowResult& row, std::size_t column) {
  std::vector<double> values;
  for (const RowScores& seed : row.seeds) {
    const std::optional<double>& score = seed.scores[column];
    if (score) values.push_back(*score * kPercent);
  }
  if (values.empty()) return std::nullopt;
  const auto count = static_cast<double>(values.size());
  MeanAndDeviation result;
  for (const double value : values) result.mean += value / count;
  for (const double value : values) {
    result.deviation += (value - result.mean) * (value - result.mean);
  }
  result.deviation = values.size() < 2 ? 0 : std::sqrt(result.deviation / (count - 1));
  return result;
}

std::string ours_text(const RowResult& row, std::size_t column) {
  const auto value = over_seeds(row, column);
  if (!value) return "-";
  const std::string mean = number_text(value->mean, 2);
  return row.seeds.size() < 2 ? mean : mean + " ± " + number_text(value->deviation, 2);
}

std::string published_text(const RowResult& row, std::size_t column) {
  return row.published.empty() ? "-" : number_text(row.published[column], 2);
}

std::string optional_cell(const std::optional<double>& value, int digits) {
  return value ? number_text(*value, digits) : "";
}

}  // namespace

Table reproduction_table(const PaperTable& table, const std::vector<RowResult>& rows) {
  const auto& columns = score_columns(table);
  Table result;
  result.header = {"", "row"};
  for (const ScoreColumn& column : columns) {
    result.header.push_back("paper: " + column.title);
    result.header.push_back("here: " + column.title);
  }
  result.header.insert(result.header.end(), {"images/s", "MiB", ""});
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const RowResult& row = rows[i];
    std::vector<std::string> cells = {std::to_string(i + 1), row.label};
    for (std::size_t column = 0; column < columns.size(); ++column) {
      cells.push_back(published_text(row, column));
      cells.push_back(ours_text(row, column));
    }
    cells.push_back(number_cell(row.images_per_second, 1));
    cells.push_back(number_cell(row.peak_mebibytes, 0));
    cells.push_back(row.lacks.empty() ? row.note : row.lacks);
    result.rows.push_back(std::move(cells));
  }
  return result;
}

std::string reproduction_markdown(const PaperTable& table,
                                  const std::vector<RowResult>& rows,
                                  const ReproduceOptions& options) {
  std::string text = "# " + table.title + "\n\n";
  text += "Published: " + table.source + ". Here: " +
          (options.scale == "small" ? "the same rows at a small size" : "the paper's settings") +
          ", validation data " + join(options.data, ", ") + ", " + std::to_string(options.seeds) +
          (options.seeds == 1 ? " seed" : " seeds (mean ± deviation)") + ". Scores are x100.\n\n";
  text += to_markdown(reproduction_table(table, rows));
  if (!table.caution.empty()) text += "\n" + table.caution + "\n";
  return text;
}

std::string reproduction_csv(const PaperTable& table, const std::vector<RowResult>& rows) {
  const auto& columns = score_columns(table);
  std::string text = "row,seed";
  for (const ScoreColumn& column : columns) {
    text += ",published_" + column.key + "," + column.key;
  }
  text += ",images_per_second,peak_mebibytes,lacks,note\n";
  for (const RowResult& row : rows) {
    std::vector<RowScores> seeds = row.seeds;
    if (seeds.empty()) seeds.push_back({0, std::vector<std::optional<double>>(columns.size())});
    for (const RowScores& seed : seeds) {
      text += csv_text(row.label) + "," + (seed.seed > 0 ? std::to_string(seed.seed) : "");
      for (std::size_t column = 0; column < columns.size(); ++column) {
        text += "," + (row.published.empty() ? "" : number_text(row.published[column] / kPercent));
        const std::optional<double>& score = seed.scores[column];
        text += "," + (score ? number_text(*score) : "");
      }
      text += "," + optional_cell(row.images_per_second, 2);
      text += "," + optional_cell(row.peak_mebibytes, 1);
      text += "," + csv_text(row.lacks);
      text += "," + csv_text(row.lacks.empty() ? row.note : "") + "\n";
    }
  }
  return text;
}

std::vector<Panel> reproduction_panels(const PaperTable& table,
                                       const std::vector<RowResult>& rows) {
  const double gap = std::numeric_limits<double>::quiet_NaN();
  const auto& columns = score_columns(table);
  std::vector<Panel> panels;
  for (std::size_t column = 0; column < columns.size(); ++column) {
    Curve paper{"paper", {}, {}};
    Curve here{"here", {}, {}};
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const auto number = static_cast<double>(i + 1);
      const auto value = over_seeds(rows[i], column);
      paper.x.push_back(number);
      paper.y.push_back(rows[i].published.empty() ? gap : rows[i].published[column]);
      here.x.push_back(number);
      here.y.push_back(value ? value->mean : gap);
    }
    panels.push_back({columns[column].title + " x100", "row", "", {paper, here}, {}});
  }
  return panels;
}

}  // namespace mien::cli
