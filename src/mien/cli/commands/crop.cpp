#include <filesystem>
#include <memory>
#include <optional>
#include <set>
#include <system_error>
#include <utility>
#include <vector>

#include "mien/cli/commands/commands.h"
#include "mien/cli/crop_writer.h"
#include "mien/cli/face_inputs.h"
#include "mien/cli/face_source.h"
#include "mien/cli/meter.h"
#include "mien/cli/output_names.h"
#include "mien/cli/work_state.h"
#include "mien/cli/work_summary.h"
#include "mien/core/files.h"
#include "mien/error.h"
#include "mien/nn/ensemble.h"

namespace mien::cli {
namespace {

namespace fs = std::filesystem;

/// The pictures that the weights were trained on; an ensemble's members must agree on them.
InputOptions own_input(const std::string& model) {
  const SharedInputs shared = shared_inputs(networks_of(load_ensemble(model)));
  if (shared.inputs.size() > 1) {
    throw OptionError("model",
                      "the members of " + model + " want different crops: name one of them");
  }
  return shared.inputs.front();
}

class Crop : public Command {
 public:
  Syntax syntax() const override {
    Syntax syntax;
    syntax.name = "crop";
    syntax.summary = "cut out every face, laid out as training wants them";
    syntax.notes = {
        "Crops go into DIR/cropped_aligned: VIDEO/00001.jpg for videos, FOLDER/NAME.jpg for "
        "pictures, further people with _person2. DIR/crops.csv says where each came from.",
        "A network reads a crop as it reads the face in its picture where the crop is its own: "
        "--model FILE --ending png.",
        "The same command again goes on with the inputs that are left."};
    syntax.usage =
        "mien crop DIR|INPUT... -o DIR [--model FILE | --size N --crop box|aligned --margin M]";
    syntax.positionals = {"INPUT..."};
    syntax.required = 1;
    syntax.aliases = {{"-o", "output"}};
    syntax.main_options =
        with_face_switches({"model", "size", "crop", "margin", "ending", "recursive"});
    syntax.examples = {"mien crop photographs -o crops --recursive",
                       "mien crop clip.mp4 -o crops --every 5 --crop aligned --size 112"};
    return syntax;
  }

  void describe_options(Fields& fields) override {
    fields.add("output", output_, "folder for the crops");
    describe(format_, fields);
    fields.add(
        "model",
        model_,
        "weights file or run whose own crop, margin and size hold where no others are given");
    fields.add("recursive", recursive_, "open the folders below the named ones too");
    describe(source_, fields);
  }

  void prepare(const Arguments& arguments) override {
    const std::string* model = arguments.find("model");
    if (model != nullptr) format_.crop = own_input(*model);
  }
  int run(const Arguments& arguments, Console& console, const StopFlag& stop) override;

 private:
  /// What is left of a call's inputs, and the names of their crops.
  struct Work {
    std::vector<Input> inputs;
    std::vector<std::string> names;
    std::vector<FileMark> marks;  ///< before they were read; empty of a camera
  };

  std::string identity() const;
  std::int64_t write_crops(const Work& work,
                           WorkState& state,
                           WorkSummary& summary,
                           Console& console,
                           const StopFlag& stop) const;

  std::string output_;
  std::string model_;
  CropFormat format_;
  bool recursive_ = false;
  FaceSourceOptions source_;
};

std::string Crop::identity() const {
  FaceSourceOptions source = source_;
  CropFormat format = format_;
  Fields fields = fields_of(source);
  describe(format, fields);
  std::vector<std::string> files;
  if (fs::exists(source.detector)) files.push_back(source.detector);
  return options_identity(fields, {"threads"}, files);  // which make no other crops
}

std::int64_t Crop::write_crops(const Work& work,
                               WorkState& state,
                               WorkSummary& summary,
                               Console& console,
                               const StopFlag& stop) const {
  std::set<std::string> again;
  for (const FileMark& mark : work.marks) again.insert(mark.path);
  CropWriter writer(output_, format_, [&](const std::string& input) {
    std::error_code error;
    const bool live = !fs::is_regular_file(input, error) && fs::exists(input, error);
    const std::string key = file_key(input);
    return !again.contains(key) && (live || state.recorded(key) != nullptr);
  });
  const FaceSource source(source_);
  Meter meter(console, "inputs", "inputs", static_cast<std::int64_t>(work.inputs.size()));
  std::int64_t crops = 0;
  std::optional<std::size_t> begun;
  FaceReceivers receivers;
  receivers.take = [&](std::size_t index, const Image& image, const FrameReading& frame) {
    begun = index;
    crops += writer.write(work.inputs[index], work.names[index], image, frame);
  };
  receivers.done = [&](std::size_t index, const std::optional<Error>& problem) {
    if (problem) {
      summary.failed(*problem);
    } else {
      summary.done();
    }
    // A video whose end is missing is done with too: read again, its crops would be listed twice.
    const bool bad_data = problem && problem->kind() == ErrorKind::kData && begun == index;
    const bool stays = !problem || bad_data;
    writer.end_input(stays);
    if (stays) {
      state.add(work.marks[index], {work.names[index], problem ? problem->what() : ""});
    }
    meter.step();
  };
  source.run(work.inputs, receivers, stop);
  if (stop.requested()) {
    throw Error(ErrorKind::kInterrupted, "stopped; the same command goes on with what is left");
  }
  return crops;
}

int Crop::run(const Arguments& arguments, Console& console, const StopFlag& stop) {
  if (output_.empty()) throw OptionError("output", "where to? give -o DIR");
  source_.check();
  if (format_.crop.crop == "aligned" && !source_.detects()) {
    throw OptionError("crop", "--crop aligned needs landmarks, which only a detector gives");
  }
  WorkSummary summary(console);
  const std::vector<Input> inputs =
      face_inputs(arguments.positionals, recursive_, console, summary);
  make_folder(output_);
  const FolderLock lock(output_);
  const fs::path log = fs::path(output_) / ".mien-crop.jsonl";
  WorkState state(log, {"crop", identity()});
  if (!state.others().empty()) {
    throw UsageError(output_ +
                     " holds crops that were cut with other options, which would be mixed with new "
                     "ones: give another folder with -o, or the same options");
  }
  OutputNames names(arguments.positionals, OutputNames::Folders::kNamedToo);
  names.remember(state.outputs());
  Work work;
  for (const Input& input : inputs) {
    const std::string name = names.name_of(input);
    const FileMark mark = input.kind == InputKind::kCamera ? FileMark() : file_mark(input.name);
    const DoneInput* done = state.find(mark);
    if (done != nullptr && done->output == name && done->problem.empty()) {
      summary.kept();
    } else if (done != nullptr && done->output == name) {
      summary.failed(done->problem, ErrorKind::kData);
    } else {
      work.inputs.push_back(input);
      work.names.push_back(name);
      work.marks.push_back(mark);
    }
  }
  const std::int64_t crops = write_crops(work, state, summary, console, stop);
  console.print(summary.text() + "; " + std::to_string(crops) +
                (crops == 1 ? " crop written into " : " crops written into ") +
                (fs::path(output_) / "cropped_aligned").string());
  return summary.exit_code();
}

}  // namespace

std::unique_ptr<Command> make_crop() {
  return std::make_unique<Crop>();
}

}  // namespace mien::cli
