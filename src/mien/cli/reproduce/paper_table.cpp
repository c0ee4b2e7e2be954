#include "mien/cli/reproduce/paper_table.h"

#include <algorithm>
#include <filesystem>
#include <set>

#include "mien/core/program_folders.h"
#include "mien/core/text.h"
#include "mien/error.h"

namespace mien::cli {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> table_folders() {
  return folders_near_program({"share/mien/recipes/tables", "recipes/tables"});
}

[[noreturn]] void refuse(const std::string& key, const std::string& what) {
  throw OptionError(key, key + ": " + what);
}

void check_earlier(const std::set<std::string>& earlier,
                   const std::string& name,
                   const std::string& key) {
  if (!name.empty() && !earlier.contains(name)) {
    refuse(key, "there is no run " + name + " before it in the table");
  }
}

void check_members(const PaperTable& table, const PaperRow& row) {
  for (const auto* members : {&row.runs, &row.small_runs}) {
    for (const std::string& member : *members) table.run(run_name(member));
  }
}

}  // namespace

void PaperRun::check() const {
  check_values(*this, "runs.");
  const bool trained = !network.empty() && !recipe.empty();
  const bool given = !weights.empty() && network.empty() && recipe.empty();
  if (name.empty() || !(given || (trained && weights.empty()))) {
    refuse("runs", "each needs a name, and either network and recipe or weights");
  }
}

void describe(PaperRun& run, Fields& fields) {
  fields.add("name", run.name, "what rows and other runs call it");
  fields.add("network", run.network, "the network that is trained");
  fields.add("recipe", run.recipe, "its recipe");
  fields.add("small_recipe", run.small_recipe, "its recipe with --scale small");
  fields.add("pictures",
             run.pictures,
             "unlabelled pictures to learn from: faces, natural or training",
             one_of({"", "faces", "natural", "training"}));
  fields.add("weights", run.weights, "published weights that it stands for, given with --use");
  fields.add("backbone", run.backbone, "run that its trunk starts from");
  fields.add("needs_backbone",
             run.needs_backbone,
             "even with --scale small it is not trained without the published weights");
  fields.add("dan", run.dan, "run of the frozen DAN");
  fields.add("once", run.once, "made with the first seed alone");
  fields.add("settings", run.settings, "KEY=VALUE beside the recipe");
  fields.add("small_settings", run.small_settings, "the same, with --scale small alone");
}

void PaperRow::check() const {
  check_values(*this, "rows.");
  if (label.empty()) refuse("rows.label", "a row needs a label");
  if (runs.empty() == lacks.empty()) {
    refuse("rows", "'" + label + "' needs either runs or what it lacks");
  }
}

void describe(PaperRow& row, Fields& fields) {
  fields.add("label", row.label, "the row's name in the table");
  fields.add("runs", row.runs, "runs whose mean is scored");
  fields.add("small_runs", row.small_runs, "the same with --scale small; empty: those of runs");
  fields.add("published", row.published, "the paper's scores x100");
  fields.add("lacks", row.lacks, "why there is no such row here");
}

void PaperTable::check() const {
  check_values(*this);
  std::set<std::string> earlier;
  for (const PaperRun& each : runs) {
    each.check();
    check_earlier(earlier, each.backbone, "runs.backbone");
    check_earlier(earlier, each.dan, "runs.dan");
    if (!earlier.insert(each.name).second) refuse("runs.name", each.name + " is there twice");
  }
  for (const PaperRow& row : rows) {
    row.check();
    check_members(*this, row);
    if (!row.published.empty() && row.published.size() != score_columns(*this).size()) {
      refuse("rows.published",
             "'" + row.label + "' has " + std::to_string(row.published.size()) + " numbers for " +
                 std::to_string(score_columns(*this).size()) + " columns");
    }
  }
}

const PaperRun& PaperTable::run(const std::string& wanted) const {
  std::vector<std::string> names;
  for (const PaperRun& each : runs) {
    if (each.name == wanted) return each;
    names.push_back(each.name);
  }
  throw UsageError("there is no run " + wanted + " in the table; there are " + join(names, ", "));
}

void describe(PaperTable& table, Fields& fields) {
  fields.add("title", table.title, "heading");
  fields.add("source", table.source, "where the numbers were published");
  fields.add("scores", table.scores, "which scores its columns are", one_of({"mtl", "lsd"}));
  fields.add("caution", table.caution, "what a reader must know");
  fields.tables("runs", table.runs, "the trainings");
  fields.tables("rows", table.rows, "the rows");
}

const std::vector<ScoreColumn>& score_columns(const PaperTable& table) {
  static const std::vector<ScoreColumn> kMtl = {{"AU F1", "action_unit_f1"},
                                                {"VA CCC", "ccc"},
                                                {"EXPR F1", "expression_f1"},
                                                {"total", "total"}};
  static const std::vector<ScoreColumn> kLsd = {{"macro accuracy", "expression_macro_accuracy"},
                                                {"F1", "expression_f1"}};
  return table.scores == "lsd" ? kLsd : kMtl;
}

std::vector<std::string> paper_table_names() {
  std::set<std::string> names;
  for (const fs::path& folder : table_folders()) {
    for (const auto& entry : fs::directory_iterator(folder)) {
      if (entry.path().extension() == ".toml") names.insert(entry.path().stem().string());
    }
  }
  return {names.begin(), names.end()};
}

PaperTable read_paper_table(const std::string& name) {
  std::error_code error;
  for (const fs::path& folder : table_folders()) {
    const fs::path file = folder / (name + ".toml");
    if (!fs::is_regular_file(file, error)) continue;
    PaperTable table;
    table.name = name;
    read_toml(fields_of(table), file);
    table.check();
    return table;
  }
  const std::vector<std::string> names = paper_table_names();
  if (names.empty()) {
    throw UsageError(
        "no tables came with this program: it looks for share/mien/recipes/tables, or "
        "recipes/tables of the sources, around itself");
  }
  throw UsageError("there is no table " + name + " to reproduce; there are " + join(names, ", "));
}

std::string run_name(const std::string& member) {
  return member.substr(0, member.find('@'));
}

std::string epochs_of(const std::string& member) {
  return member.substr(run_name(member).size());
}

std::vector<std::string> needed_runs(const PaperTable& table,
                                     const std::vector<std::string>& members,
                                     const GivenWeights& given) {
  std::set<std::string> needed;
  for (const std::string& member : members) needed.insert(run_name(member));
  // From the last to the first: what a run stands on comes before it.
  for (auto run = table.runs.rbegin(); run != table.runs.rend(); ++run) {
    if (given.contains(run->name)) needed.erase(run->name);
    if (!needed.contains(run->name)) continue;
    if (!run->backbone.empty()) needed.insert(run->backbone);
    if (!run->dan.empty()) needed.insert(run->dan);
  }
  std::vector<std::string> ordered;
  for (const PaperRun& run : table.runs) {
    if (needed.contains(run.name)) ordered.push_back(run.name);
  }
  return ordered;
}

}  // namespace mien::cli
