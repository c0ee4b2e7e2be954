// A table of the paper as data: which trainings it needs, which of them stand in which row, and
// what was published there. The files lie in recipes/tables/.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "mien/core/options.h"

namespace mien::cli {

/// One training, or weights that only --use can give. Keys that begin with `small_` replace or
/// follow the others with --scale small.
struct PaperRun {
  std::string name;     ///< other runs, rows and folders call it so
  std::string network;  ///< as the registry has it
  std::string recipe;
  std::string small_recipe;
  std::string
      pictures;         ///< what it learns from: faces | natural | training (no labels); "": --data
  std::string weights;  ///< published weights that this stands for; never trained
  std::string backbone;               ///< run that its trunk starts from
  bool needs_backbone = false;        ///< not even a small one learns without its published weights
  std::string dan;                    ///< run of the frozen DAN
  bool once = false;                  ///< made with the first seed alone: others stand on it
  std::vector<std::string> settings;  ///< KEY=VALUE, as `mien train` takes them
  std::vector<std::string> small_settings;
  void check() const;
};
void describe(PaperRun& run, Fields& fields);

/// One row: the scores of a run, or of the mean over several.
struct PaperRow {
  std::string label;
  std::vector<std::string> runs;  ///< a run may be followed by "@epoch=3..6"
  std::vector<std::string> small_runs;
  std::vector<double> published;  ///< x100, in the order of the table's columns
  std::string lacks;              ///< why mien cannot have this row; empty: it can
  void check() const;
};
void describe(PaperRow& row, Fields& fields);

struct PaperTable {
  std::string name;  ///< of its file: "table5"
  std::string title;
  std::string source;
  std::string scores = "mtl";  ///< mtl (AU F1, VA CCC, EXPR F1, total) | lsd (macro accuracy, F1)
  std::string caution;         ///< what a reader of the table must know
  std::vector<PaperRun> runs;
  std::vector<PaperRow> rows;
  /// Throws OptionError: a name that is used twice, a run that stands on one that
  /// comes later, numbers that are not as many as the columns.
  void check() const;
  const PaperRun& run(
      const std::string& wanted) const;  ///< throws UsageError naming those there are
};
void describe(PaperTable& table, Fields& fields);

/// What the columns of scores are called, and the names of the same in an evaluation's JSON.
struct ScoreColumn {
  std::string title;
  std::string key;
};
const std::vector<ScoreColumn>& score_columns(const PaperTable& table);

/// The names of the tables that come with mien: "table1", ...
std::vector<std::string> paper_table_names();
/// One of them. Throws UsageError naming the others.
PaperTable read_paper_table(const std::string& name);

/// "emma@epoch=3..6" -> "emma", "@epoch=3..6".
std::string run_name(const std::string& member);
std::string epochs_of(const std::string& member);

/// Weights that stand for a run: its name, a file or run folder.
using GivenWeights = std::map<std::string, std::string>;

/// What the runs of these members stand on and they themselves, each once, in the table's order;
/// without those whose weights are given, and what only these stand on.
std::vector<std::string> needed_runs(const PaperTable& table,
                                     const std::vector<std::string>& members,
                                     const GivenWeights& given = {});

}  // namespace mien::cli
