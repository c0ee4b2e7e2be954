#include "mien/evaluate/probe.h"

#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "mien/cli/commands/commands.h"
#include "mien/cli/list_options.h"
#include "mien/cli/runtime_options.h"
#include "mien/core/files.h"
#include "mien/core/text.h"
#include "mien/error.h"
#include "mien/evaluate/folds.h"
#include "mien/nn/feature_layer.h"
#include "mien/nn/network.h"
#include "mien/report/table.h"
#include "mien/version.h"

namespace mien::cli {
namespace {

constexpr std::int64_t kHeldOutOneIn = 5;

/// The lists' parts, in the vocabulary of the data.
struct ProbeSets {
  Vocabulary vocabulary;
  std::vector<SampleSet> training;
  std::vector<SampleSet> validation;
};

class Probe : public Command {
 public:
  Syntax syntax() const override;
  void describe_options(Fields& fields) override;
  int run(const Arguments& arguments, Console& console, const StopFlag& stop) override;

 private:
  ProbeSets read_sets(Console& console) const;
  std::string report_json(const EvaluationReport& report,
                          const ProbeResult& result,
                          const LoadedNetwork& loaded,
                          const std::string& layer) const;

  std::string output_;
  bool json_ = false;
  std::string layer_ = "auto";
  ListOptions lists_;
  RuntimeOptions runtime_;
};

Syntax Probe::syntax() const {
  Syntax syntax;
  syntax.name = "probe";
  syntax.summary = "score what a linear map alone gets out of a network's frozen features";
  syntax.usage = "mien probe RUN|FILE --data DIR [--layer class|mean]";
  syntax.notes = {
      "Fits logistic regressions of expression and action units and a ridge regression of valence "
      "and arousal to the features of the training part, whatever is labelled there, and scores "
      "them on the validation part: a quick check of a checkpoint, of one that was pretrained "
      "without labels too."};
  syntax.positionals = {"RUN|FILE"};
  syntax.required = 1;
  syntax.aliases = {{"--data", "data.path"}, {"-o", "output"}};
  syntax.main_options = {"layer", "device", "precision", "threads", "json"};
  syntax.examples = {"mien probe runs/mae --data faces",
                     "mien probe runs/emma/epoch-0004.safetensors --data faces --layer mean"};
  return syntax;
}

void Probe::describe_options(Fields& fields) {
  fields.add("output", output_, "file for the scores as JSON; empty: none");
  fields.add("json", json_, "print the JSON instead of the tables");
  fields.add("layer",
             layer_,
             "class: what the network's heads see; mean: the mean of its patches; auto: class "
             "where the network has it",
             one_of({"auto", "class", "mean"}));
  fields.group("data", lists_);
  describe(runtime_, fields);
}

ProbeSets Probe::read_sets(Console& console) const {
  ProbeSets sets;
  const std::vector<SampleSet> training = lists_.read_labelled(SetPart::kTraining, console.sink());
  const std::vector<SampleSet> validation =
      lists_.read_labelled(SetPart::kValidation, console.sink());
  for (const SampleSet& one : training) {
    for (const SampleSet& other : validation) check_no_overlap(one, other);
  }
  std::vector<Vocabulary> vocabularies;
  vocabularies.reserve(training.size());
  for (const SampleSet& list : training) vocabularies.push_back(list.vocabulary);
  sets.vocabulary = PredictionMean(vocabularies).vocabulary();
  sets.training = lists_.mapped(training, sets.vocabulary);
  sets.validation = lists_.mapped(validation, sets.vocabulary);
  return sets;
}

std::string Probe::report_json(const EvaluationReport& report,
                               const ProbeResult& result,
                               const LoadedNetwork& loaded,
                               const std::string& layer) const {
  nlohmann::ordered_json json{{"format", 1},
                              {"mien", kVersion},
                              {"weights", loaded.file.string()},
                              {"sha256", sha256_of_file(loaded.file)},
                              {"layer", layer}};
  for (const ProbeStrength& task : result.strengths) {
    json["probe"].push_back(
        {{"task", task.task}, {"strength", task.strength}, {"labels", task.labels}});
  }
  json.update(nlohmann::ordered_json::parse(report_to_json(report)));
  return json.dump(2) + "\n";
}

int Probe::run(const Arguments& arguments, Console& console, const StopFlag& stop) {
  const LoadedNetwork loaded = load_network(arguments.positionals[0]);
  Network& network = *loaded.network;
  const ProbeSets sets = read_sets(console);
  const RunSettings settings = run_settings(runtime_);
  console.info(network_text(loaded, settings));
  network.to(settings.device);
  const std::string layer =
      layer_ == "auto" ? usual_feature_layer(network, settings.device) : layer_;
  const auto features_of = [&](const std::vector<SampleSet>& lists, const std::string& name) {
    Loader loader(lists, network.input(), AugmentOptions(), runtime_.loader);
    const EventSink events = console.sink();
    return read_features(network, layer, loader, settings, {name, events, stop});
  };
  const std::vector<Label> labels = labels_of(sets.training);
  ProbeData training{features_of(sets.training, "training pictures"),
                     labels,
                     deal_folds(sets.training, kHeldOutOneIn)};
  for (std::int64_t& fold : training.held_out) fold = fold == 0 ? 1 : 0;
  const at::Tensor pictures = features_of(sets.validation, "validation pictures");
  const ProbeResult result = fit_probe(training, pictures, sets.vocabulary);
  const EvaluationReport report =
      evaluate_lists(sets.validation, result.predictions, sets.vocabulary, {});

  const std::string json = report_json(report, result, loaded, layer);
  if (!output_.empty()) write_file_atomically(output_, json);
  if (json_) {
    console.print(json);
    return 0;
  }
  const std::string where =
      report.lists.size() > 1 ? "all lists together" : sets.validation[0].name;
  console.print(scores_text(report.pooled, report.constant, where));
  console.print("layer " + layer + ", " + std::to_string(pictures.size(1)) + " features");
  for (const ProbeStrength& task : result.strengths) {
    console.print(task.task + ": " + std::to_string(task.labels) + " training labels, penalty " +
                  number_text(task.strength));
  }
  return 0;
}

}  // namespace

std::unique_ptr<Command> make_probe() {
  return std::make_unique<Probe>();
}

}  // namespace mien::cli
