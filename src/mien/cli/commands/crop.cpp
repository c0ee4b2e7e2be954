#include <filesystem>
#include <memory>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "mien/cli/commands/commands.h"
#include "mien/cli/crop_writer.h"
#include "mien/cli/face_source.h"
#include "mien/cli/output_names.h"
#include "mien/cli/work_state.h"
#include "mien/cli/work_summary.h"
#include "mien/core/files.h"
#include "mien/error.h"

namespace mien::cli {
namespace {

namespace fs = std::filesystem;

class Crop : public Command {
 public:
  Crop() { crop_.margin = kMargin; }

  Syntax syntax() const override {
    Syntax syntax;
    syntax.name = "crop";
    syntax.summary = "cut out every face, laid out as training wants them";
    syntax.notes = {
        "Crops go into DIR/cropped_aligned: VIDEO/00001.jpg for videos, FOLDER/NAME.jpg for "
        "pictures, further people with _person2. DIR/crops.csv says where each came from.",
        "The same command again goes on with the inputs that are left."};
    syntax.usage = "mien crop DIR|INPUT... -o DIR [--size N] [--crop box|aligned] [--margin M]";
    syntax.positionals = {"INPUT..."};
    syntax.required = 1;
    syntax.aliases = {{"-o", "output"},
                      {"--min-face", "min_face"},
                      {"--min-confidence", "min_confidence"},
                      {"--max-faces", "max_faces"},
                      {"--no-detect", "no_detect"},
                      {"--detect-every", "detect_every"}};
    syntax.main_options = {
        "size", "crop", "margin", "recursive", "detector", "every", "from", "to"};
    syntax.examples = {"mien crop photographs -o crops --recursive",
                       "mien crop clip.mp4 -o crops --every 5 --crop aligned --size 112"};
    return syntax;
  }

  void describe_options(Fields& fields) override {
    fields.add("output", output_, "folder for the crops");
    fields.add("size", crop_.size, "side of a crop, pixels", between(8, 4096));
    fields.add("crop",
               crop_.crop,
               "box: the square about the detector's box; aligned: turned and scaled so that eyes, "
               "nose and mouth lie where a template has them",
               one_of({"box", "aligned"}));
    fields.add("margin",
               crop_.margin,
               "of box: part of its side that is added on each side",
               between(-0.4, 4));
    fields.add("recursive", recursive_, "open the folders below the named ones too");
    describe(source_, fields);
  }

  int run(const Arguments& arguments, Console& console, const StopFlag& stop) override;

 private:
  static constexpr double kMargin = 0.1;
  struct Job {
    const FaceSource& source;
    CropWriter& writer;
    WorkState& state;
    Console& console;
    const StopFlag& stop;
  };

  std::string identity() const;
  std::int64_t crop_input(const Input& input, const std::string& name, const Job& job) const;

  std::string output_;
  InputOptions crop_;
  bool recursive_ = false;
  FaceSourceOptions source_;
};

std::string Crop::identity() const {
  FaceSourceOptions source = source_;
  auto json = nlohmann::ordered_json::parse(to_json(fields_of(source)));
  json["size"] = crop_.size;
  json["crop"] = crop_.crop;
  json["margin"] = crop_.margin;
  return json.dump();
}

std::int64_t Crop::crop_input(const Input& input, const std::string& name, const Job& job) const {
  std::int64_t crops = 0;
  Progress progress{input.name, 0, 0, "frames", 0, {}};
  job.source.run(
      input,
      [&](const Image& image, const FrameReading& frame) {
        crops += job.writer.write(input, name, image, frame);
        ++progress.done;
        if (input.kind != InputKind::kPicture) job.console.progress(progress);
      },
      job.stop);
  if (job.stop.requested()) {
    throw Error(ErrorKind::kInterrupted, "stopped; the same command goes on with what is left");
  }
  if (input.kind != InputKind::kCamera) {
    job.state.add(input.name, {name, "", job.writer.log_size()});
  }
  return crops;
}

int Crop::run(const Arguments& arguments, Console& console, const StopFlag& stop) {
  if (output_.empty()) throw OptionError("output", "where to? give -o DIR");
  if (crop_.crop == "aligned" && source_.no_detect) {
    throw OptionError("crop", "--crop aligned needs landmarks, which --no-detect does not give");
  }
  const FaceSource source(source_);
  WorkSummary summary(console);
  const InputList list = list_inputs(arguments.positionals, {recursive_});
  for (const InputFailure& failure : list.failures) {
    summary.failed(failure.message, ErrorKind::kData);
  }
  if (list.inputs.empty() && list.failures.empty()) {
    throw DataError(arguments.positionals[0], "holds no picture and no video");
  }
  make_folder(output_);
  const FolderLock lock(output_);
  WorkState state(fs::path(output_) / ".mien-crop.jsonl", {"crop", identity()});
  CropWriter writer(output_, crop_, state.log_size());
  OutputNames names(arguments.positionals, OutputNames::Folders::kNamedToo);
  Progress progress{"inputs", 0, static_cast<std::int64_t>(list.inputs.size()), "inputs", 0, {}};
  std::int64_t crops = 0;
  for (const Input& input : list.inputs) {
    const std::string name = names.name_of(input);
    const DoneInput* done = input.kind == InputKind::kCamera ? nullptr : state.find(input.name);
    ++progress.done;
    if (done != nullptr && done->output == name) {
      summary.kept();
      continue;
    }
    try {
      crops += crop_input(input, name, {source, writer, state, console, stop});
      summary.done();
    } catch (const Error& error) {
      if (error.kind() == ErrorKind::kUsage || error.kind() == ErrorKind::kInterrupted) throw;
      summary.failed(error.what(), error.kind());
    }
    if (stop.requested()) throw Error(ErrorKind::kInterrupted, "stopped");
    console.progress(progress);
  }
  console.print(summary.text() + "; " + std::to_string(crops) + " crops are in " +
                (fs::path(output_) / "cropped_aligned").string());
  return summary.exit_code();
}

}  // namespace

std::unique_ptr<Command> make_crop() {
  return std::make_unique<Crop>();
}

}  // namespace mien::cli
