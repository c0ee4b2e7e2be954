#include "mien/cli/tuning_text.h"

#include <cstddef>
#include <functional>

#include "mien/affect/decisions.h"
#include "mien/core/text.h"
#include "mien/report/table.h"

namespace mien::cli {
namespace {

constexpr int kThresholdDigits = 4;

/// A row of one figure: as it was, as fitted, cross-validated.
void add_row(Table& table,
             const std::string& name,
             const TuningReport& report,
             const std::function<std::string(const TunedScores&)>& cell) {
  std::vector<std::string> row = {name, cell(report.before), cell(report.fitted)};
  if (report.cross_validated) row.push_back(cell(*report.cross_validated));
  table.rows.push_back(std::move(row));
}

Table whole(const TuningReport& report) {
  Table table{{"", "before", "fitted"}, {}};
  if (report.cross_validated) table.header.emplace_back("cross-validated");
  add_row(table, "AU F1 x100", report, [](const TunedScores& tuned) {
    return percent_cell(tuned.scores.action_unit_f1);
  });
  add_row(table, "temperature", report, [](const TunedScores& tuned) {
    return number_cell(tuned.temperature, 3);
  });
  add_row(table, "EXPR negative log likelihood", report, [](const TunedScores& tuned) {
    return number_cell(tuned.negative_log_likelihood, 4);
  });
  add_row(table, "EXPR ECE x100", report, [](const TunedScores& tuned) {
    return percent_cell(tuned.scores.expression_calibration_error);
  });
  add_row(table, "EXPR accuracy x100", report, [](const TunedScores& tuned) {
    return percent_cell(tuned.scores.expression_accuracy);
  });
  return table;
}

Table units(const TuningReport& report) {
  Table table{{"action unit", "present", "labels", "threshold", "was", "F1 before", "F1 fitted"},
              {}};
  if (report.cross_validated) table.header.emplace_back("F1 cross-validated");
  const std::vector<ClassScore>& before = report.before.scores.action_units;
  for (std::size_t i = 0; i < before.size(); ++i) {
    std::vector<std::string> row = {
        before[i].name,
        std::to_string(before[i].positives),
        std::to_string(before[i].labels),
        number_text(unit_threshold(report.fitted.thresholds, i), kThresholdDigits),
        number_text(unit_threshold(report.before.thresholds, i), kThresholdDigits),
        percent_cell(before[i].f1),
        percent_cell(report.fitted.scores.action_units[i].f1)};
    if (report.cross_validated) {
      row.push_back(percent_cell(report.cross_validated->scores.action_units[i].f1));
    }
    table.rows.push_back(std::move(row));
  }
  return table;
}

}  // namespace

std::string tuning_text(const TuningReport& report) {
  std::string text = to_text(whole(report));
  if (!report.before.scores.action_units.empty()) text += "\n" + to_text(units(report));
  return text;
}

}  // namespace mien::cli
