#include "mien/nn/ensemble.h"

#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "mien/cli/commands/commands.h"
#include "mien/cli/ensemble_members.h"
#include "mien/cli/list_options.h"
#include "mien/cli/runtime_options.h"
#include "mien/core/files.h"
#include "mien/core/text.h"
#include "mien/error.h"
#include "mien/nn/network.h"
#include "mien/nn/soup.h"
#include "mien/report/table.h"
#include "mien/version.h"

namespace mien::cli {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> score_row(const std::string& name, const Scores& scores) {
  return {name,
          percent_cell(scores.ccc),
          percent_cell(scores.expression_f1),
          percent_cell(scores.action_unit_f1),
          percent_cell(scores.total)};
}

class EnsembleCommand : public Command {
 public:
  Syntax syntax() const override;
  void describe_options(Fields& fields) override;
  int run(const Arguments& arguments, Console& console, const StopFlag& stop) override;

 private:
  void check_output(const std::vector<fs::path>& files) const;
  LoadedEnsemble load(const std::vector<fs::path>& files) const;
  void write_list(const LoadedEnsemble& loaded) const;
  LoadedNetwork write_soup(const LoadedEnsemble& loaded, Console& console) const;
  void print_scores(const LoadedEnsemble& loaded,
                    const LoadedEnsemble& made,
                    Console& console,
                    const StopFlag& stop) const;

  std::string output_;
  bool average_ = false;
  std::vector<double> weights_;
  PartListOptions lists_;
  RuntimeOptions runtime_;
};

Syntax EnsembleCommand::syntax() const {
  Syntax syntax;
  syntax.name = "ensemble";
  syntax.summary = "make one answer of several networks: the mean of their scores, or of weights";
  syntax.usage =
      "mien ensemble RUN|FILE|RUN@epoch=A..B... -o FILE.toml [--data DIR]\n"
      "       mien ensemble RUN|FILE|RUN@epoch=A..B... --average -o FILE.safetensors [--data DIR]";
  syntax.notes = {
      "FILE.toml names the networks, relative to itself, with their SHA-256; evaluate, predict, "
      "read, features, tune and info take it like weights. A network that has changed since is an "
      "error.",
      "With --data the scores of each network and of the ensemble are printed side by side."};
  syntax.positionals = {"RUN|FILE..."};
  syntax.required = 1;
  syntax.aliases = {{"--data", "data.path"}, {"-o", "output"}};
  syntax.main_options = {"average", "weights", "data.part", "device", "precision", "threads"};
  syntax.examples = {
      "mien ensemble runs/a runs/b runs/a@epoch=3..6 --data faces -o runs/ensemble.toml",
      "mien ensemble runs/a@epoch=26..30 --average -o runs/a-mean.safetensors"};
  return syntax;
}

void EnsembleCommand::describe_options(Fields& fields) {
  fields.add("output", output_, "the ensemble's file, .toml; with --average weights, .safetensors");
  fields.add("average",
             average_,
             "average the weights of equal networks into one, instead of their scores");
  fields.add("weights", weights_, "how much each network counts, in their order; empty: all alike");
  fields.group("data", lists_);
  describe(runtime_, fields);
}

void EnsembleCommand::check_output(const std::vector<fs::path>& files) const {
  const std::string ending = average_ ? ".safetensors" : ".toml";
  if (fs::path(output_).extension() != ending) {
    throw OptionError("output", "where to? give -o FILE" + ending);
  }
  for (const fs::path& file : files) {
    if (fs::weakly_canonical(file) != fs::weakly_canonical(output_)) continue;
    throw OptionError("output", "would be written over " + file.string() + ": give another -o");
  }
  if (weights_.empty()) return;
  if (weights_.size() != files.size()) {
    throw OptionError("weights",
                      "weights: there are " + std::to_string(weights_.size()) + " for " +
                          std::to_string(files.size()) + " networks; give one for each");
  }
  EnsembleMember member;
  for (const double weight : weights_) {
    member.weight = weight;
    check_values(member, "");
  }
}

LoadedEnsemble EnsembleCommand::load(const std::vector<fs::path>& files) const {
  std::vector<LoadedNetwork> members;
  members.reserve(files.size());
  for (const fs::path& file : files) members.push_back(load_network(file));
  LoadedEnsemble loaded = ensemble_of(std::move(members), weights_);
  loaded.file = output_;
  return loaded;
}

void EnsembleCommand::write_list(const LoadedEnsemble& loaded) const {
  EnsembleFile file;
  file.mien = kVersion;
  file.vocabulary = loaded.vocabulary();
  for (std::size_t i = 0; i < loaded.members.size(); ++i) {
    const fs::path& member = loaded.members[i].file;
    file.members.push_back({member_name(output_, member),
                            sha256_of_file(member),
                            weights_.empty() ? 1.0 : weights_[i]});
  }
  write_ensemble_file(output_, file);
}

LoadedNetwork EnsembleCommand::write_soup(const LoadedEnsemble& loaded, Console& console) const {
  LoadedNetwork soup;
  soup.network = average_networks(loaded.members, weights_);
  soup.file = output_;
  soup.card.notes["made_by"] = "mien ensemble --average";
  soup.card.notes["mien"] = std::string(kVersion);
  for (std::size_t i = 0; i < loaded.members.size(); ++i) {
    const fs::path& file = loaded.members[i].file;
    soup.card.notes["member." + std::to_string(i + 1)] =
        file.string() + ", SHA-256 " + sha256_of_file(file) + ", weight " +
        number_text(weights_.empty() ? 1.0 : weights_[i]);
  }
  save_network(output_, *soup.network, soup.card);
  if (batch_statistics_differ(loaded.members)) {
    console.warn(
        "the networks' batch norms have seen different statistics, and their means are those of no "
        "network: look at this one's scores before you use it");
  }
  return soup;
}

void EnsembleCommand::print_scores(const LoadedEnsemble& loaded,
                                   const LoadedEnsemble& made,
                                   Console& console,
                                   const StopFlag& stop) const {
  const std::vector<SampleSet> sets = lists_.read_labelled(lists_.set_part(), console.sink());
  const auto scores_of = [&](const LoadedEnsemble& of, const std::vector<Prediction>& answers) {
    const std::vector<SampleSet> own = lists_.mapped(sets, of.vocabulary());
    return score(answers, labels_of(own), of.vocabulary(), of.card.thresholds);
  };
  say_networks(loaded, runtime_, console);
  const auto answers = predict_members(loaded, sets, runtime_, console, stop);
  Table table{{"score x100", "VA CCC", "EXPR F1", "AU F1", "total"}, {}};
  bool mixed = false;
  for (std::size_t i = 0; i < loaded.members.size(); ++i) {
    const LoadedNetwork& member = loaded.members[i];
    const Vocabulary& vocabulary = member.network->vocabulary();
    const LoadedEnsemble alone = ensemble_of({member});
    table.rows.push_back(score_row(member.file.string(), scores_of(alone, answers[i])));
    mixed = mixed || vocabulary != made.vocabulary();
  }
  const std::vector<Prediction> together =
      average_ ? predict_sets(made, sets, runtime_, console, stop) : loaded.mean.all(answers);
  table.rows.push_back(score_row(made.file.string(), scores_of(made, together)));
  const std::vector<SampleSet> labelled = lists_.mapped(sets, made.vocabulary());
  table.rows.push_back(
      score_row("constant answer", score_constant(labels_of(labelled), made.vocabulary())));
  console.print("\n" + to_text(table));
  if (mixed) {
    console.info("members of other classes or units are scored on their own, the ensemble on all");
  }
}

int EnsembleCommand::run(const Arguments& arguments, Console& console, const StopFlag& stop) {
  const std::vector<fs::path> files = named_members(arguments.positionals);
  check_output(files);
  const LoadedEnsemble loaded = load(files);
  const fs::path folder = fs::path(output_).parent_path();
  if (!folder.empty()) make_folder(folder);
  const auto finish = [&](const LoadedEnsemble& made) {
    console.print(output_ + ": " + (average_ ? "the mean weights of " : "the mean scores of ") +
                  std::to_string(files.size()) + " networks");
    for (const fs::path& file : files) console.print("  " + file.string());
    if (!lists_.path.empty() || !lists_.sets.empty()) print_scores(loaded, made, console, stop);
    return 0;
  };
  if (!average_) {
    write_list(loaded);
    return finish(loaded);
  }
  return finish(ensemble_of({write_soup(loaded, console)}));
}

}  // namespace

std::unique_ptr<Command> make_ensemble() {
  return std::make_unique<EnsembleCommand>();
}

}  // namespace mien::cli
