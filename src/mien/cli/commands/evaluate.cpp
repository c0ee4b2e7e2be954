#include "mien/evaluate/evaluate.h"

#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "mien/cli/commands/commands.h"
#include "mien/cli/list_options.h"
#include "mien/cli/runtime_options.h"
#include "mien/core/files.h"
#include "mien/data/picture_change.h"
#include "mien/evaluate/robustness.h"
#include "mien/nn/ensemble.h"
#include "mien/report/table.h"
#include "mien/version.h"

namespace mien::cli {
namespace {

namespace fs = std::filesystem;

using NamedMovement = std::pair<std::string, Movement>;

std::string movements_text(const std::vector<NamedMovement>& movements) {
  if (movements.empty()) return "";
  Table table{{"change", "valence", "arousal", "expression %", "action units %"}, {}};
  for (const auto& [change, moved] : movements) {
    table.rows.push_back({change,
                          number_cell(moved.valence, 3),
                          number_cell(moved.arousal, 3),
                          percent_cell(moved.expression),
                          percent_cell(moved.action_units)});
  }
  return "\nhow far answers move: mean absolute difference, and share of other answers\n" +
         to_text(table);
}

class Evaluate : public Command {
 public:
  Syntax syntax() const override {
    Syntax syntax;
    syntax.name = "evaluate";
    syntax.summary =
        "score a network or an ensemble on labelled pictures, as the ABAW challenge does";
    syntax.usage = "mien evaluate RUN|FILE|ENSEMBLE --data DIR|LIST [--data LIST..] [-o FILE.json]";
    syntax.positionals = {"RUN|FILE|ENSEMBLE"};
    syntax.required = 1;
    syntax.aliases = {{"--data", "data.path"}, {"-o", "output"}};
    syntax.main_options = {"data.part", "robustness", "device", "precision", "threads", "json"};
    syntax.examples = {"mien evaluate runs/emma --data faces",
                       "mien evaluate best.safetensors --data a/list.txt --data b/list.txt --json"};
    return syntax;
  }

  void describe_options(Fields& fields) override {
    fields.add("output", output_, "file for the JSON (empty: evaluation.json beside the weights)");
    fields.add("json", json_, "print the JSON instead of the tables");
    fields.add(
        "robustness",
        robustness_,
        "also how far answers move when boxes are moved or scaled, pictures compressed, made "
        "smaller, darker, brighter or grey");
    fields.group("data", lists_);
    describe(runtime_, fields);
  }

  int run(const Arguments& arguments, Console& console, const StopFlag& stop) override {
    const LoadedEnsemble loaded = load_ensemble(arguments.positionals[0]);
    const std::vector<SampleSet> sets =
        lists_.mapped(lists_.read_labelled(lists_.set_part(), console.sink()), loaded.vocabulary());
    const std::vector<Prediction> predictions = predict_sets(loaded, sets, runtime_, console, stop);
    const EvaluationReport report =
        evaluate_lists(sets, predictions, loaded.vocabulary(), loaded.card.thresholds);
    const std::vector<NamedMovement> movements =
        robustness_ ? movements_of(loaded, sets, predictions, console, stop)
                    : std::vector<NamedMovement>();
    const std::string json = report_json(report, movements, loaded.file);
    const fs::path file = output_.empty() ? default_output(loaded.file) : fs::path(output_);
    if (file.has_parent_path()) make_folder(file.parent_path());
    write_file_atomically(file, json);
    console.print(json_ ? json : text(report) + movements_text(movements));
    console.info("written: " + file.string());
    return 0;
  }

 private:
  /// What each of video_changes() does to the answers that are given without it.
  std::vector<NamedMovement> movements_of(const LoadedEnsemble& loaded,
                                          const std::vector<SampleSet>& sets,
                                          const std::vector<Prediction>& before,
                                          Console& console,
                                          const StopFlag& stop) const;
  static std::string report_json(const EvaluationReport& report,
                                 const std::vector<NamedMovement>& movements,
                                 const fs::path& weights);
  static std::string text(const EvaluationReport& report);
  /// evaluation.json in a run folder; FILE.evaluation.json beside weights of another name.
  static fs::path default_output(const fs::path& weights);

  std::string output_;
  bool json_ = false;
  bool robustness_ = false;
  PartListOptions lists_;
  RuntimeOptions runtime_;
};

std::vector<NamedMovement> Evaluate::movements_of(const LoadedEnsemble& loaded,
                                                  const std::vector<SampleSet>& sets,
                                                  const std::vector<Prediction>& before,
                                                  Console& console,
                                                  const StopFlag& stop) const {
  std::vector<NamedMovement> movements;
  movements.reserve(video_changes().size());
  for (const PictureChange& change : video_changes()) {
    console.info("again, " + change.name);
    const std::vector<Prediction> after = loaded.mean.all(
        predict_members(loaded, changed_sets(sets, change), runtime_, console, stop));
    movements.emplace_back(change.name, movement(before, after, loaded.card.thresholds));
  }
  return movements;
}

std::string Evaluate::report_json(const EvaluationReport& report,
                                  const std::vector<NamedMovement>& movements,
                                  const fs::path& weights) {
  nlohmann::ordered_json json{{"format", 1},
                              {"mien", kVersion},
                              {"weights", weights.string()},
                              {"sha256", sha256_of_file(weights)}};
  json.update(nlohmann::ordered_json::parse(report_to_json(report)));
  for (const auto& [change, moved] : movements) {
    nlohmann::ordered_json entry{{"change", change}};
    const auto add = [&](const char* key, const std::optional<double>& value) {
      if (value) entry[key] = *value;
    };
    add("valence", moved.valence);
    add("arousal", moved.arousal);
    add("expression", moved.expression);
    add("action_units", moved.action_units);
    json["robustness"].push_back(entry);
  }
  return json.dump(2) + "\n";
}

std::string Evaluate::text(const EvaluationReport& report) {
  const bool several = report.lists.size() > 1;
  std::string result = scores_text(
      report.pooled, report.constant, several ? "all lists together" : report.lists.front().first);
  if (!several) return result;
  for (const auto& [name, scores] : report.lists)
    result += "\n" + scores_text(scores, Scores(), name);
  return result;
}

fs::path Evaluate::default_output(const fs::path& weights) {
  if (weights.filename() == kBestWeights) return weights.parent_path() / "evaluation.json";
  fs::path file = weights;
  return file.replace_extension(".evaluation.json");
}

}  // namespace

std::unique_ptr<Command> make_evaluate() {
  return std::make_unique<Evaluate>();
}

}  // namespace mien::cli
