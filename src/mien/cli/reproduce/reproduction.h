// The rows of a table, trained and scored one after the other, taken up where they stopped.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "mien/cli/console.h"
#include "mien/cli/reproduce/paper_table.h"
#include "mien/cli/runtime_options.h"

namespace mien::cli {

struct ReproduceOptions {
  std::vector<std::string> data;     ///< sets, labelled
  std::vector<std::string> faces;    ///< unlabelled faces
  std::vector<std::string> natural;  ///< unlabelled pictures of something else
  std::string output;
  std::string scale = "paper";        ///< paper | small
  std::int64_t seeds = 1;             ///< runs a row, with the seeds 1 ..
  std::vector<std::string> rows;      ///< those whose label holds one of these; empty: all
  std::vector<std::string> settings;  ///< KEY=VALUE for every training with labels
  std::vector<std::string> use;       ///< RUN=FILE: weights that are there, instead of a training
  PlaceOptions place;
  bool plan = false;  ///< say the commands, run none
  void check() const;
};
void describe(ReproduceOptions& options, Fields& fields);
/// Appends the flags of device, precision and threads where they say something.
void add_place(const PlaceOptions& place, std::vector<std::string>& words);
/// Appends those settings that say how the sets are read (data.root, format, missing, rename).
void add_data_settings(const ReproduceOptions& options, std::vector<std::string>& words);

/// One row with one seed.
struct RowScores {
  std::int64_t seed = 0;
  std::vector<std::optional<double>> scores;  ///< in the order of the columns, 0 to 1
};

struct RowResult {
  std::string label;
  std::vector<double> published;  ///< x100
  std::string lacks;              ///< why there are no scores
  std::string note;               ///< in what the training differs from the paper's
  std::vector<RowScores> seeds;
  std::optional<double> images_per_second;  ///< of the last run's training, mean over seeds
  std::optional<double> peak_mebibytes;     ///< the most over seeds
};

class Reproduction {
 public:
  Reproduction(PaperTable table, ReproduceOptions options, Console& console, const StopFlag& stop);

  /// Everything that is asked for and not done yet; after each row `done` gets the table as it
  /// stands, rows of earlier calls included. A row that fails is a warning, and the next one goes
  /// on. Throws Error(kInterrupted) when `stop` is set.
  void run(const std::function<void(const std::vector<RowResult>&)>& done);
  bool failed() const { return failed_; }

 private:
  using Words = std::vector<std::string>;

  RowResult row_result(const PaperRow& row);
  std::string missing_for(const PaperRow& row) const;
  std::string note_of(const PaperRow& row) const;
  /// The published weights that the run should start from, where nobody gave them.
  const PaperRun* absent_weights(const PaperRun& run) const;
  /// Nothing: it starts from none, or from published weights that nobody gave.
  std::optional<std::filesystem::path> backbone_path(const PaperRun& run, std::int64_t seed) const;
  const Words& members_of(const PaperRow& row) const;
  RowScores scored(const PaperRow& row, std::int64_t seed);
  /// The row's scores that are there, nothing is made.
  RowResult known(const PaperRow& row) const;
  std::filesystem::path score_file(const PaperRow& row, std::int64_t seed) const;
  /// The weights that a row is scored by: a run's, or an ensemble's file that is made here.
  std::filesystem::path weights_of(const PaperRow& row, std::int64_t seed);
  std::vector<std::string> stands_on(const PaperRun& run, std::int64_t seed) const;
  void add_costs(const PaperRow& row, RowResult& result) const;

  void make_run(const PaperRun& run, std::int64_t seed);
  Words training_arguments(const PaperRun& run, std::int64_t seed) const;
  void add_data(const PaperRun& run, Words& words) const;
  std::filesystem::path run_path(const std::string& name, std::int64_t seed) const;
  std::filesystem::path record_path(const std::string& name, std::int64_t seed) const;
  const std::string* given_weights(const std::string& name) const;
  void call(const Words& arguments, const std::string& what);
  void check_exit(int code, const std::string& what) const;

  PaperTable table_;
  ReproduceOptions options_;
  Console& console_;
  const StopFlag& stop_;
  GivenWeights use_;
  std::set<std::filesystem::path> planned_;  ///< runs whose commands were said
  bool failed_ = false;
};

}  // namespace mien::cli
