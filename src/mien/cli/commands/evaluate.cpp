#include "mien/evaluate/evaluate.h"

#include <filesystem>

#include <nlohmann/json.hpp>

#include "mien/cli/commands/commands.h"
#include "mien/cli/list_options.h"
#include "mien/cli/runtime_options.h"
#include "mien/core/files.h"
#include "mien/nn/ensemble.h"
#include "mien/report/table.h"
#include "mien/version.h"

namespace mien::cli {
namespace {

namespace fs = std::filesystem;

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
    syntax.main_options = {"data.part", "device", "precision", "threads", "json"};
    syntax.examples = {"mien evaluate runs/emma --data faces",
                       "mien evaluate best.safetensors --data a/list.txt --data b/list.txt --json"};
    return syntax;
  }

  void describe_options(Fields& fields) override {
    fields.add("output", output_, "file for the JSON (empty: evaluation.json beside the weights)");
    fields.add("json", json_, "print the JSON instead of the tables");
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
    const std::string json = report_json(report, loaded.file);
    const fs::path file = output_.empty() ? default_output(loaded.file) : fs::path(output_);
    if (file.has_parent_path()) make_folder(file.parent_path());
    write_file_atomically(file, json);
    console.print(json_ ? json : text(report));
    console.info("written: " + file.string());
    return 0;
  }

 private:
  static std::string report_json(const EvaluationReport& report, const fs::path& weights);
  static std::string text(const EvaluationReport& report);
  /// evaluation.json in a run folder; FILE.evaluation.json beside weights of another name.
  static fs::path default_output(const fs::path& weights);

  std::string output_;
  bool json_ = false;
  PartListOptions lists_;
  RuntimeOptions runtime_;
};

std::string Evaluate::report_json(const EvaluationReport& report, const fs::path& weights) {
  nlohmann::ordered_json json{{"format", 1},
                              {"mien", kVersion},
                              {"weights", weights.string()},
                              {"sha256", sha256_of_file(weights)}};
  json.update(nlohmann::ordered_json::parse(report_to_json(report)));
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
