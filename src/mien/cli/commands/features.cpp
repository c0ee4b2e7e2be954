#include <algorithm>
#include <filesystem>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "mien/cli/commands/commands.h"
#include "mien/cli/face_inputs.h"
#include "mien/cli/face_source.h"
#include "mien/cli/feature_reader.h"
#include "mien/cli/meter.h"
#include "mien/cli/replaceable.h"
#include "mien/cli/shipped_model.h"
#include "mien/cli/work_state.h"
#include "mien/cli/work_summary.h"
#include "mien/core/files.h"
#include "mien/data/pictures.h"
#include "mien/data/sets.h"
#include "mien/error.h"
#include "mien/infer/analyser.h"
#include "mien/infer/tracker.h"
#include "mien/nn/ensemble.h"
#include "mien/nn/network.h"
#include "mien/nn/tensor_rows.h"
#include "mien/report/rows.h"

namespace mien::cli {
namespace {

namespace fs = std::filesystem;

/// A list names pictures that are crops already; everything else is looked at for faces.
bool is_list(const std::string& name) {
  const fs::path ending = fs::path(name).extension();
  return ending == ".txt" || ending == ".csv";
}

class Features : public Command {
 public:
  Syntax syntax() const override {
    Syntax syntax;
    syntax.name = "features";
    syntax.summary = "write what a network makes of each face inside: a vector a face";
    syntax.notes = {
        "FILE.safetensors gets a tensor `features`, a row a face, and FILE.csv beside it a row a "
        "face in the same order. The pictures of a list (.txt, .csv) are taken as crops."};
    syntax.usage =
        "mien features INPUT|LIST... [--model FILE|RUN] [--layer class|mean|logits] -o "
        "FILE.safetensors";
    syntax.positionals = {"INPUT..."};
    syntax.required = 1;
    syntax.aliases = {{"-o", "output"}};
    syntax.main_options =
        with_face_switches({"model", "layer", "root", "recursive", "device", "precision"});
    syntax.examples = {"mien features photographs --model runs/emma -o out.safetensors",
                       "mien features faces/validation_set_annotations.txt --layer mean -o "
                       "out.safetensors"};
    return syntax;
  }

  void describe_options(Fields& fields) override {
    fields.add("output", output_, "file for the vectors, .safetensors");
    fields.add("model",
               model_,
               "weights file or run folder of the network, or an ensemble's file; empty: what came "
               "with the program");
    fields.add("root", root_, "of a list: folder of its pictures; empty: as training finds them");
    fields.add("recursive", recursive_, "open the folders below the named ones too");
    describe(features_, fields);
    describe(source_, fields);
  }

  int run(const Arguments& arguments, Console& console, const StopFlag& stop) override;

 private:
  /// Where faces go: vectors and rows, always as many of one as of the other.
  struct Sink {
    TensorRows vectors;
    FeatureReader reader;
    RowWriter rows;
    std::int64_t faces = 0;
    Sink(const fs::path& file,
         const fs::path& table,
         LoadedEnsemble networks,
         const FeatureOptions& options);
    void take(const Image& image, const FrameReading& frame);
  };

  LoadedEnsemble load() const;
  void read_list_of_crops(const std::string& name, Sink& sink, const StopFlag& stop) const;
  void read_inputs(const std::vector<std::string>& names,
                   Sink& sink,
                   WorkSummary& summary,
                   Console& console,
                   const StopFlag& stop);

  std::string output_;
  std::string model_;
  std::string root_;
  bool recursive_ = false;
  FeatureOptions features_;
  FaceSourceOptions source_;
};

Features::Sink::Sink(const fs::path& file,
                     const fs::path& table,
                     LoadedEnsemble networks,
                     const FeatureOptions& options)
    : vectors(file,
              "features",
              {{"mien.layer", options.layer}, {"mien.weights", networks.file.string()}}),
      reader(std::move(networks),
             options,
             [this](const at::Tensor& rows_of_vectors) { vectors.add(rows_of_vectors); }),
      rows(table, RowOptions()) {}

/// Frames without a face have no vector, so they have no row here.
void Features::Sink::take(const Image& image, const FrameReading& frame) {
  if (frame.faces.empty()) return;
  rows.write(frame);
  for (const FaceReading& face : frame.faces) reader.add(image, face);
  faces += static_cast<std::int64_t>(frame.faces.size());
}

LoadedEnsemble Features::load() const {
  std::vector<std::string> named;
  if (!model_.empty()) named.push_back(model_);
  return load_ensemble(models_or_shipped(named).front());
}

void Features::read_list_of_crops(const std::string& name, Sink& sink, const StopFlag& stop) const {
  SetOptions options;
  options.path = name;
  options.root = root_;
  for (const Sample& sample : read_list(options, SetPart::kValidation).samples) {
    if (stop.requested()) return;
    const Image image = read_picture(sample);
    FrameReading frame;
    frame.input = sample.name;
    frame.faces = whole_picture(image);
    Tracker().follow(frame);
    sink.take(image, frame);
  }
}

void Features::read_inputs(const std::vector<std::string>& names,
                           Sink& sink,
                           WorkSummary& summary,
                           Console& console,
                           const StopFlag& stop) {
  const FaceSource source(source_);
  const std::vector<Input> inputs = face_inputs(names, recursive_, console, summary);
  Meter meter(console, "inputs", "inputs", static_cast<std::int64_t>(inputs.size()));
  FaceReceivers receivers;
  receivers.take = [&](std::size_t /*index*/, const Image& image, const FrameReading& frame) {
    sink.take(image, frame);
  };
  receivers.done = [&](std::size_t /*index*/, const std::optional<Error>& problem) {
    // Vectors and rows have to stay as many: what cannot be written down ends it all.
    if (problem && problem->kind() != ErrorKind::kData) throw Error(*problem);
    if (problem) summary.failed(*problem);
    if (!problem) summary.done();
    meter.step();
  };
  source.run(inputs, receivers, stop);
}

int Features::run(const Arguments& arguments, Console& console, const StopFlag& stop) {
  if (fs::path(output_).extension() != ".safetensors") {
    throw OptionError("output", "where to? give -o FILE.safetensors");
  }
  source_.check();
  const auto& names = arguments.positionals;
  const bool lists = std::any_of(names.begin(), names.end(), is_list);
  if (lists && !std::all_of(names.begin(), names.end(), is_list)) {
    throw UsageError("lists and other inputs do not go together; call mien features for each");
  }
  features_.whole_pictures = lists || !source_.detects();
  const fs::path file = output_;
  const fs::path rows = fs::path(file).replace_extension(".csv");
  for (const std::string& name : names) {
    if (file_key(name) == file_key(rows)) {
      throw OptionError("output", "the rows would be written over " + name + ": give another -o");
    }
  }
  check_replaceable(rows, RowFormat::kCsv);
  if (file.has_parent_path()) make_folder(file.parent_path());
  LoadedEnsemble networks = load();
  for (const LoadedNetwork& member : networks.members) {
    console.info(member.network->options().name + " of " + member.file.string());
  }
  Sink sink(file, rows, std::move(networks), features_);
  WorkSummary summary(console);
  if (lists) {
    for (const std::string& name : names) {
      read_list_of_crops(name, sink, stop);
      summary.done();
    }
  } else {
    read_inputs(names, sink, summary, console, stop);
  }
  if (stop.requested()) throw Error(ErrorKind::kInterrupted, "stopped; nothing was written");
  if (sink.faces == 0) {
    fs::remove(sink.rows.part());
    console.print(summary.text() + "; no face was found, so nothing was written");
    return summary.exit_code();
  }
  sink.reader.flush();
  sink.vectors.finish();
  sink.rows.finish();
  console.print(summary.text() + "; " + std::to_string(sink.faces) + " vectors in " +
                file.string());
  return summary.exit_code();
}

}  // namespace

std::unique_ptr<Command> make_features() {
  return std::make_unique<Features>();
}

}  // namespace mien::cli
