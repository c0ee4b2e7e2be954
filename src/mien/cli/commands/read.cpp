#include <filesystem>
#include <memory>
#include <utility>

#include "mien/cli/commands/commands.h"
#include "mien/cli/face_inputs.h"
#include "mien/cli/folder_reading.h"
#include "mien/cli/output_names.h"
#include "mien/cli/read_pictures.h"
#include "mien/cli/reading_table.h"
#include "mien/cli/shipped_model.h"
#include "mien/cli/viewer.h"
#include "mien/cli/work_summary.h"
#include "mien/core/files.h"
#include "mien/error.h"

namespace mien::cli {
namespace {

namespace fs = std::filesystem;

class Read : public Command {
 public:
  Syntax syntax() const override {
    Syntax syntax;
    syntax.name = "read";
    syntax.summary = "read every face in pictures, folders, videos and cameras";
    syntax.notes = {
        "Outputs go into -o DIR, else into the current folder: of pictures NAME.mien.png each, and "
        "pictures.csv, pictures.mien.png (contact sheet) and pictures.html of all; of a video "
        "NAME.csv, NAME.mien.mp4, NAME.timeline.png and NAME.html. One picture without -o gives a "
        "table here and NAME.mien.png.",
        "The same command again goes on with the inputs that are left."};
    syntax.usage = "mien read INPUT... [-o DIR] [--model FILE|RUN]... [--recursive]";
    syntax.positionals = {"INPUT..."};
    syntax.required = 1;
    syntax.aliases = {{"-o", "output"}};
    syntax.main_options = with_face_switches(
        {"model", "format", "recursive", "smooth", "neutral", "device", "show", "save"});
    syntax.examples = {"mien read photo.jpg",
                       "mien read clip.mp4 -o out",
                       "mien read holiday/ clips/a.mp4 -o out --recursive",
                       "mien read camera:0 --show --save"};
    return syntax;
  }

  void describe_options(Fields& fields) override { describe(options_, fields); }
  int run(const Arguments& arguments, Console& console, const StopFlag& stop) override;

 private:
  static void read_one_picture(const Input& input,
                               const std::string& output,
                               const ReadContext& context,
                               WorkSummary& summary);
  void check_options() const;

  ReadOptions options_;
};

void Read::read_one_picture(const Input& input,
                            const std::string& output,
                            const ReadContext& context,
                            WorkSummary& summary) {
  bool received = false;
  read_pictures(
      {{input.name, output}}, context, [&](const Image& /*image*/, const PictureResult& result) {
        received = true;
        if (result.problem) return summary.failed(*result.problem);
        summary.done();
        context.console.print(reading_table(result.frame, context.overlay()));
        context.console.info("drawn in " + annotated_file("", output).string());
      });
  if (!received) throw Error(ErrorKind::kInterrupted, "stopped; nothing was read");
}

void Read::check_options() const {
  options_.video.check();
  options_.resting.check();
  if (options_.show) require_display();
}

int Read::run(const Arguments& arguments, Console& console, const StopFlag& stop) {
  check_options();
  options_.analyser.detector = chosen_detector(options_.analyser.detector, options_.no_detect);
  options_.analyser.model = models_or_shipped(options_.analyser.model);
  WorkSummary summary(console);
  const std::vector<Input> inputs =
      face_inputs(arguments.positionals, options_.recursive, console, summary);
  if (inputs.empty()) return summary.exit_code();
  const Analyser analyser(options_.analyser);
  const ReadContext context{options_, analyser, console, stop};
  OutputNames names(arguments.positionals);
  const bool alone = arguments.positionals.size() == 1 && inputs.size() == 1 &&
                     inputs[0].kind == InputKind::kPicture;
  const bool wants_rows =
      arguments.find("output") != nullptr || arguments.find("format") != nullptr;
  if (alone && !wants_rows) {
    read_one_picture(inputs[0], names.name_of(inputs[0]), context, summary);
    return summary.exit_code();
  }
  names.reserve("pictures");
  const fs::path folder = options_.output.empty() ? fs::path(".") : fs::path(options_.output);
  make_folder(folder);
  FolderReading(context, summary, folder).read(inputs, names);
  console.print(summary.text() + "; outputs are in " + folder.string());
  return summary.exit_code();
}

}  // namespace

std::unique_ptr<Command> make_read() {
  return std::make_unique<Read>();
}

}  // namespace mien::cli
