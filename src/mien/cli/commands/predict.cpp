#include <filesystem>
#include <utility>

#include "mien/cli/commands/commands.h"
#include "mien/cli/list_options.h"
#include "mien/cli/prediction_sheet.h"
#include "mien/cli/runtime_options.h"
#include "mien/core/files.h"
#include "mien/error.h"
#include "mien/report/predictions.h"

namespace mien::cli {
namespace {

namespace fs = std::filesystem;

/// The lists' entries as rows, and the pictures behind those that have one.
struct Work {
  std::vector<PredictionRow> rows;
  std::vector<std::size_t> row_of_sample;
  SampleSet samples;  ///< in the network's vocabulary
};

class Predict : public Command {
 public:
  Syntax syntax() const override {
    Syntax syntax;
    syntax.name = "predict";
    syntax.summary =
        "write what a network or an ensemble reads in the pictures of a list, a row an entry";
    syntax.usage =
        "mien predict RUN|FILE|ENSEMBLE --data LIST|DIR -o DIR [--format csv|jsonl|abaw|abaw-lsd]";
    syntax.positionals = {"RUN|FILE|ENSEMBLE"};
    syntax.required = 1;
    syntax.aliases = {{"--data", "data.path"}, {"-o", "output"}};
    syntax.main_options = {
        "format", "sheet", "data.root", "data.missing", "device", "precision", "threads"};
    syntax.examples = {"mien predict runs/emma --data faces/validation_set_annotations.txt -o out",
                       "mien predict runs/emma --data test_list.txt --data.root cropped_aligned -o "
                       "out --format abaw"};
    return syntax;
  }

  void describe_options(Fields& fields) override {
    fields.add("output", output_, "folder for the file of predictions");
    fields.add("format",
               format_,
               "csv or jsonl (everything), or the challenge's own lists",
               one_of({"csv", "jsonl", "abaw", "abaw-lsd"}));
    fields.add("sheet",
               sheet_,
               "pictures to draw with their readings into sheet.png; 0: none",
               at_least(0));
    fields.group("data", lists_);
    describe(runtime_, fields);
  }

  int run(const Arguments& arguments, Console& console, const StopFlag& stop) override;

 private:
  Work read_lists(const Vocabulary& vocabulary, Console& console) const;

  std::string output_;
  std::string format_ = "csv";
  std::int64_t sheet_ = 0;
  PartListOptions lists_;
  RuntimeOptions runtime_;
};

Work Predict::read_lists(const Vocabulary& vocabulary, Console& console) const {
  Work work;
  work.samples.vocabulary = vocabulary;
  for (const SetOptions& options : lists_.resolved()) {
    SampleSet list = read_list(options, lists_.set_part());
    std::size_t row = work.rows.size();
    for (const Sample& sample : list.samples) work.rows.push_back({sample.name, {}});
    check_pictures(list, lists_.missing, console.sink());
    list = map_set(list, vocabulary, lists_.renames());
    for (Sample& sample : list.samples) {
      // What is left keeps its order: an entry that was passed over has a row without a picture.
      while (work.rows[row].input != sample.name) ++row;
      work.row_of_sample.push_back(row++);
      work.samples.samples.push_back(std::move(sample));
    }
    work.samples.name += (work.samples.name.empty() ? "" : ", ") + list.name;
  }
  return work;
}

int Predict::run(const Arguments& arguments, Console& console, const StopFlag& stop) {
  if (output_.empty()) throw OptionError("output", "where to? give -o DIR");
  const LoadedEnsemble loaded = load_ensemble(arguments.positionals[0]);
  const Vocabulary& vocabulary = loaded.vocabulary();
  const PredictionFormat format = prediction_format(format_);
  check_prediction_format(format, vocabulary);
  Work work = read_lists(vocabulary, console);
  const std::vector<Prediction> predictions =
      predict_sets(loaded, {work.samples}, runtime_, console, stop);
  for (std::size_t i = 0; i < predictions.size(); ++i) {
    work.rows[work.row_of_sample[i]].prediction = predictions[i];
  }
  const fs::path file =
      write_predictions(output_, format, work.rows, vocabulary, loaded.card.thresholds);
  console.print(std::to_string(work.rows.size()) + " rows in " + file.string());
  if (sheet_ > 0) {
    const fs::path sheet = fs::path(output_) / "sheet.png";
    write_sheet(sheet,
                {work.samples.samples, predictions, vocabulary, loaded.card.thresholds},
                static_cast<std::size_t>(sheet_));
    console.print("readings drawn in " + sheet.string());
  }
  return 0;
}

}  // namespace

std::unique_ptr<Command> make_predict() {
  return std::make_unique<Predict>();
}

}  // namespace mien::cli
