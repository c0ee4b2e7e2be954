#include <algorithm>
#include <optional>

#include "mien/affect.h"
#include "mien/core/text.h"
#include "mien/report/table.h"

namespace mien {
namespace {

void summary_row(Table& table,
                 const std::string& name,
                 const std::optional<double>& value,
                 const std::optional<double>& constant,
                 const std::string& labels) {
  table.rows.push_back({name, percent_cell(value), percent_cell(constant), labels});
}

/// Labels of the unit that has most: units are labelled together or one by one.
std::int64_t unit_labels(const Scores& scores) {
  std::int64_t most = 0;
  for (const ClassScore& unit : scores.action_units) most = std::max(most, unit.labels);
  return most;
}

bool same_names(const std::vector<ClassScore>& scores, const std::vector<std::string>& names) {
  return scores.size() == names.size() &&
         std::all_of(scores.begin(), scores.end(), [&](const ClassScore& score) {
           return std::find(names.begin(), names.end(), score.name) != names.end();
         });
}

/// The challenges' own scores, which are theirs only with their classes and units (eqs. 8 and 10).
void challenge_row(Table& table, const Scores& scores, const Scores& constant) {
  const Vocabulary mtl = abaw_mtl_vocabulary();
  if (same_names(scores.expressions, mtl.expressions) &&
      same_names(scores.action_units, mtl.action_units)) {
    summary_row(table, "P_MTL", scores.p_mtl, constant.p_mtl, "");
  } else if (same_names(scores.expressions, abaw_lsd_vocabulary().expressions)) {
    summary_row(table, "P_LSD", scores.expression_f1, constant.expression_f1, "");
  }
}

Table summary(const Scores& scores, const Scores& constant) {
  Table table{{"score x100", "network", "constant", "labels"}, {}};
  const std::string affect = std::to_string(scores.valence_arousal_labels);
  const std::string expression = std::to_string(scores.expression_labels);
  summary_row(table, "valence CCC", scores.ccc_valence, constant.ccc_valence, affect);
  summary_row(table, "arousal CCC", scores.ccc_arousal, constant.ccc_arousal, affect);
  summary_row(table, "VA CCC", scores.ccc, constant.ccc, affect);
  summary_row(table, "EXPR F1", scores.expression_f1, constant.expression_f1, expression);
  summary_row(
      table, "EXPR accuracy", scores.expression_accuracy, constant.expression_accuracy, expression);
  summary_row(table,
              "EXPR macro accuracy",
              scores.expression_macro_accuracy,
              constant.expression_macro_accuracy,
              expression);
  summary_row(table, "EXPR ECE", scores.expression_calibration_error, {}, expression);
  summary_row(table,
              "AU F1",
              scores.action_unit_f1,
              constant.action_unit_f1,
              std::to_string(unit_labels(scores)));
  challenge_row(table, scores, constant);
  summary_row(table, "total", scores.total, constant.total, "");
  return table;
}

Table per_class(const std::string& what,
                const std::vector<ClassScore>& scores,
                const std::vector<ClassScore>& constant) {
  Table table{{what, "F1", "constant", "recall", "present", "labels"}, {}};
  for (std::size_t i = 0; i < scores.size(); ++i) {
    const ClassScore& score = scores[i];
    table.rows.push_back({score.name,
                          percent_cell(score.f1),
                          i < constant.size() ? percent_cell(constant[i].f1) : "-",
                          percent_cell(score.recall),
                          std::to_string(score.positives),
                          std::to_string(score.labels)});
  }
  return table;
}

}  // namespace

std::string scores_text(const Scores& scores, const Scores& constant, const std::string& name) {
  std::string text = name + ": " + std::to_string(scores.samples) + " pictures\n\n";
  text += to_text(summary(scores, constant));
  if (!scores.expressions.empty()) {
    text += "\n" + to_text(per_class("expression", scores.expressions, constant.expressions));
  }
  if (!scores.action_units.empty()) {
    text += "\n" + to_text(per_class("action unit", scores.action_units, constant.action_units));
  }
  return text;
}

}  // namespace mien
