#include "mien/evaluate/tune.h"

#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "mien/affect/calibration.h"
#include "mien/cli/commands/commands.h"
#include "mien/cli/list_options.h"
#include "mien/cli/runtime_options.h"
#include "mien/cli/tuning_text.h"
#include "mien/core/files.h"
#include "mien/error.h"
#include "mien/evaluate/folds.h"
#include "mien/nn/ensemble.h"
#include "mien/train/run_folder.h"

namespace mien::cli {
namespace {

namespace fs = std::filesystem;

/// Takes the stored temperature out of the answers; what it was.
double take_temperature(LoadedEnsemble& loaded) {
  const double stored = loaded.card.temperature;
  loaded.mean.set_temperature(1);
  if (!is_ensemble_file(loaded.file)) loaded.members.front().card.temperature = 1;
  return stored;
}

class Tune : public Command {
 public:
  Syntax syntax() const override;
  void describe_options(Fields& fields) override;
  int run(const Arguments& arguments, Console& console, const StopFlag& stop) override;

 private:
  fs::path output_file(const LoadedEnsemble& loaded) const;
  TuningRecord record(const std::vector<SampleSet>& sets, const Tuning& tuning) const;
  void say(const TuningReport& report, const Tuning& tuning, Console& console) const;

  std::string output_;
  TuneOptions options_;
  PartListOptions lists_;
  RuntimeOptions runtime_;
};

Syntax Tune::syntax() const {
  Syntax syntax;
  syntax.name = "tune";
  syntax.summary =
      "fit the action units' thresholds and the expressions' temperature, stored with the weights";
  syntax.usage = "mien tune RUN|FILE|ENSEMBLE --data DIR|LIST [-o FILE]";
  syntax.notes = {
      "A threshold is the one with the largest F1, a temperature the one with the least negative "
      "log likelihood, on the validation part of the data (--data.part). The weights stay; their "
      "header, or the ensemble's file, says what was fitted on what, and `mien info` shows it.",
      "Scores on the pictures that were fitted on are too good: the cross-validated ones are those "
      "to expect."};
  syntax.positionals = {"RUN|FILE|ENSEMBLE"};
  syntax.required = 1;
  syntax.aliases = {{"--data", "data.path"}, {"-o", "output"}};
  syntax.main_options = {"folds", "least", "data.part", "device", "precision", "threads"};
  syntax.examples = {"mien tune runs/emma --data faces",
                     "mien tune ensemble.toml --data faces --folds 10 -o tuned.toml"};
  return syntax;
}

void Tune::describe_options(Fields& fields) {
  fields.add("output", output_, "file for the tuned weights or ensemble; empty: the same file");
  describe(options_, fields);
  fields.group("data", lists_);
  describe(runtime_, fields);
}

fs::path Tune::output_file(const LoadedEnsemble& loaded) const {
  if (output_.empty()) return loaded.file;
  const std::string ending = is_ensemble_file(loaded.file) ? ".toml" : ".safetensors";
  if (fs::path(output_).extension() != ending) {
    throw OptionError("output", "output: a file that ends in " + ending + " is needed");
  }
  return output_;
}

TuningRecord Tune::record(const std::vector<SampleSet>& sets, const Tuning& tuning) const {
  TuningRecord record;
  record.date = utc_time();
  record.part = lists_.part;
  record.least = options_.least;
  record.expression_labels = tuning.expression_labels;
  record.left = tuning.left;
  for (const SampleSet& set : sets) {
    record.data.push_back(set.name);
    record.pictures += static_cast<std::int64_t>(set.samples.size());
  }
  return record;
}

void Tune::say(const TuningReport& report, const Tuning& tuning, Console& console) const {
  console.print(tuning_text(report));
  for (const std::string& left : tuning.left) {
    console.print("not fitted, " + std::to_string(options_.least) + " of each are needed: " + left);
  }
  console.print(report.cross_validated
                    ? "'fitted' is scored on the pictures that it was fitted on, and too good; "
                      "'cross-validated' (" +
                          std::to_string(options_.folds) + " folds) is what to expect"
                    : "'fitted' is scored on the pictures that it was fitted on, and too good; "
                      "--folds 5 says what to expect");
}

/// Writes the card into the weights or the ensemble's file, whole. `sha256`: of what was fitted.
void store(const LoadedEnsemble& loaded,
           const std::string& sha256,
           const NetworkCard& card,
           const fs::path& file) {
  const fs::path folder = fs::absolute(file).parent_path();
  make_folder(folder);
  // A training that goes on would write its best weights over what is written here.
  std::unique_ptr<FolderLock> lock;
  if (RunFolder::holds_run(folder)) lock = std::make_unique<FolderLock>(folder);
  if (sha256_of_file(loaded.file) != sha256) {
    throw DataError(loaded.file.string(),
                    "changed while its thresholds were fitted: fit them to what it is now");
  }
  if (!is_ensemble_file(loaded.file)) {
    replace_card(loaded.file, file, card);
    return;
  }
  EnsembleFile ensemble = read_ensemble_file(loaded.file);
  for (std::size_t i = 0; i < ensemble.members.size(); ++i) {
    ensemble.members[i].file = member_name(file, loaded.members[i].file);
  }
  ensemble.card = card;
  write_ensemble_file(file, ensemble);
}

int Tune::run(const Arguments& arguments, Console& console, const StopFlag& stop) {
  LoadedEnsemble loaded = load_ensemble(arguments.positionals[0]);
  const std::string sha256 = sha256_of_file(loaded.file);
  const Vocabulary& vocabulary = loaded.vocabulary();
  if (vocabulary.expressions.empty() && vocabulary.action_units.empty()) {
    throw UsageError(loaded.file.string() +
                     " gives neither expressions nor action units: there is nothing to fit");
  }
  const fs::path file = output_file(loaded);
  const std::vector<SampleSet> sets =
      lists_.mapped(lists_.read_labelled(lists_.set_part(), console.sink()), vocabulary);
  const std::vector<Label> labels = labels_of(sets);
  const double stored = take_temperature(loaded);
  const std::vector<Prediction> raw = predict_sets(loaded, sets, runtime_, console, stop);
  const Tuning tuning = fit_tuning(raw, labels, vocabulary, options_.least);

  const auto scored = [&](const std::vector<double>& thresholds, double temperature) {
    const std::vector<Prediction> answers = at_temperature(raw, temperature);
    return TunedScores{thresholds,
                       temperature,
                       score(answers, labels, vocabulary, thresholds),
                       negative_log_likelihood(answers, labels)};
  };
  TuningReport report{
      scored(loaded.card.thresholds, stored), scored(tuning.thresholds, tuning.temperature), {}};
  if (options_.folds > 1) {
    const std::vector<std::int64_t> folds = deal_folds(sets, options_.folds);
    CrossValidation result = cross_validate(raw, labels, vocabulary, folds, options_.least);
    report.cross_validated =
        TunedScores{{}, {}, std::move(result.scores), result.negative_log_likelihood};
  }
  say(report, tuning, console);
  NetworkCard card = loaded.card;
  card.thresholds = tuning.thresholds;
  card.temperature = tuning.temperature;
  card.tuned = record(sets, tuning);
  store(loaded, sha256, card, file);
  console.info("written: " + file.string());
  return 0;
}

}  // namespace

std::unique_ptr<Command> make_tune() {
  return std::make_unique<Tune>();
}

}  // namespace mien::cli
