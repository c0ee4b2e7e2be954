#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <set>
#include <system_error>
#include <utility>

#include "mien/cli/commands/commands.h"
#include "mien/cli/output_names.h"
#include "mien/cli/read_pictures.h"
#include "mien/cli/read_video.h"
#include "mien/cli/reading_table.h"
#include "mien/cli/shipped_model.h"
#include "mien/cli/viewer.h"
#include "mien/cli/work_summary.h"
#include "mien/core/files.h"
#include "mien/error.h"

namespace mien::cli {
namespace {

namespace fs = std::filesystem;

constexpr const char* kStateFile = ".mien-read.jsonl";

/// Reading many inputs into a folder, over several calls.
class FolderReading {
 public:
  FolderReading(const ReadContext& context, WorkSummary& summary, fs::path folder)
      : context_(context),
        summary_(summary),
        folder_(std::move(folder)),
        lock_(folder_),
        state_(folder_ / kStateFile, {"read", output_identity(context.options)}) {
    remove_leftovers(folder_);
    if (state_.other_options()) {
      context_.console.info(folder_.string() +
                            ": what is there was read with other options; all is read anew");
    }
  }

  void read(const std::vector<Input>& inputs, OutputNames& names) {
    std::vector<PictureTask> pictures;
    std::vector<VideoTask> videos;
    for (const Input& input : inputs) {
      const std::string name = names.name_of(input);
      if (input.kind == InputKind::kPicture) {
        pictures.push_back({input.name, name});
      } else {
        videos.push_back({input, folder_ / name});
      }
    }
    if (!pictures.empty()) read(pictures);
    for (const VideoTask& task : videos) read(task);
  }

 private:
  bool done(const PictureTask& task) const {
    const DoneInput* entry = state_.find(task.name);
    std::error_code error;
    return entry != nullptr && entry->output == task.output &&
           fs::exists(folder_ / (task.output + ".mien.png"), error);
  }

  void read(const std::vector<PictureTask>& tasks);
  void read(const VideoTask& task);
  void store(PictureRows& rows, const Image& image, const PictureResult& result);

  const ReadContext& context_;
  WorkSummary& summary_;
  fs::path folder_;
  FolderLock lock_;
  WorkState state_;
};

/// Rows of pictures that this call does not name stay; those of pictures that it has to read again
/// do not.
void FolderReading::read(const std::vector<PictureTask>& tasks) {
  std::set<std::string> again;
  for (const PictureTask& task : tasks) {
    if (!done(task)) again.insert(task.name);
  }
  const RowFormat format = row_format(context_.options.format);
  const fs::path last = folder_ / ("pictures" + std::string(row_ending(format)));
  if (again.empty() && fs::exists(last) && !fs::exists(last.string() + ".part")) {
    for (std::size_t i = 0; i < tasks.size(); ++i) summary_.kept();
    return;
  }
  PictureRows rows(folder_, context_, [&](const std::string& input) {
    return !state_.other_options() && again.count(input) == 0;
  });
  std::vector<PictureTask> left;
  for (const PictureTask& task : tasks) {
    if (rows.has(task.name)) {
      summary_.kept();
    } else {
      left.push_back(task);
    }
  }
  Progress progress{"pictures", 0, static_cast<std::int64_t>(left.size()), "pictures", 0, {}};
  const auto begin = std::chrono::steady_clock::now();
  read_pictures(left, context_, [&](const Image& image, const PictureResult& result) {
    store(rows, image, result);
    const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - begin;
    progress.per_second = static_cast<double>(++progress.done) / passed.count();
    context_.console.progress(progress);
  });
  if (context_.stop.requested()) {
    throw Error(ErrorKind::kInterrupted, "stopped; the same command goes on with what is left");
  }
  rows.finish();
}

void FolderReading::store(PictureRows& rows, const Image& image, const PictureResult& result) {
  if (result.problem) return summary_.failed(*result.problem);
  rows.add(image, result.frame);
  state_.add(result.task.name, {result.task.output, ""});
  summary_.done();
}

void FolderReading::read(const VideoTask& task) {
  const bool live = task.input.kind == InputKind::kCamera;
  const std::string output = task.base.lexically_relative(folder_).string();
  const RowFormat format = row_format(context_.options.format);
  const DoneInput* before = live ? nullptr : state_.find(task.input.name);
  std::error_code error;
  if (before != nullptr && before->output == output &&
      fs::exists(task.base.string() + std::string(row_ending(format)), error)) {
    if (before->problem.empty()) return summary_.kept();
    return summary_.failed(before->problem, ErrorKind::kData);
  }
  try {
    const VideoResult result = read_video(task, context_);
    if (!live) state_.add(task.input.name, {output, result.problem});
    context_.console.info(task.input.name + ": " + std::to_string(result.frames) + " frames, " +
                          std::to_string(result.faces) + " readings of " +
                          std::to_string(result.people) +
                          (result.people == 1 ? " person" : " people"));
    if (result.problem.empty()) return summary_.done();
    summary_.failed(result.problem, ErrorKind::kData);
  } catch (const Error& problem) {
    if (problem.kind() == ErrorKind::kUsage || problem.kind() == ErrorKind::kInterrupted) throw;
    summary_.failed(problem);
  }
}

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
    syntax.usage = "mien read INPUT... [-o DIR] [--model FILE|RUN...] [--recursive]";
    syntax.positionals = {"INPUT..."};
    syntax.required = 1;
    syntax.aliases = {{"-o", "output"},
                      {"--min-face", "min_face"},
                      {"--min-confidence", "min_confidence"},
                      {"--max-faces", "max_faces"},
                      {"--no-detect", "no_detect"},
                      {"--detect-every", "detect_every"}};
    syntax.main_options = {"model",
                           "format",
                           "recursive",
                           "every",
                           "from",
                           "to",
                           "smooth",
                           "neutral",
                           "detector",
                           "device",
                           "show",
                           "save"};
    syntax.examples = {"mien read photo.jpg",
                       "mien read clip.mp4 -o out",
                       "mien read holiday/ clips/a.mp4 -o out --recursive",
                       "mien read camera:0 --show --save"};
    return syntax;
  }

  void describe_options(Fields& fields) override { describe(options_, fields); }
  int run(const Arguments& arguments, Console& console, const StopFlag& stop) override;

 private:
  static std::vector<Input> list(const Arguments& arguments,
                                 const ReadOptions& options,
                                 Console& console,
                                 WorkSummary& summary);
  static void read_one_picture(const Input& input,
                               const std::string& output,
                               const ReadContext& context,
                               WorkSummary& summary);
  void check_options() const;

  ReadOptions options_;
};

std::vector<Input> Read::list(const Arguments& arguments,
                              const ReadOptions& options,
                              Console& console,
                              WorkSummary& summary) {
  const InputList list = list_inputs(arguments.positionals, {options.recursive});
  for (const InputFailure& failure : list.failures) {
    summary.failed(failure.message, ErrorKind::kData);
  }
  if (list.folders > 0) {
    console.info(std::to_string(list.folders) + " folders below were not opened; --recursive does");
  }
  if (list.other > 0) {
    console.info(std::to_string(list.other) + " files are neither picture nor video");
  }
  if (list.inputs.empty() && list.failures.empty()) {
    throw DataError(arguments.positionals[0], "holds no picture and no video");
  }
  return list.inputs;
}

void Read::read_one_picture(const Input& input,
                            const std::string& output,
                            const ReadContext& context,
                            WorkSummary& summary) {
  read_pictures(
      {{input.name, output}}, context, [&](const Image& /*image*/, const PictureResult& result) {
        if (result.problem) return summary.failed(*result.problem);
        summary.done();
        context.console.print(reading_table(result.frame, context.overlay()));
        context.console.info("drawn in " + output + ".mien.png");
      });
}

void Read::check_options() const {
  options_.video.check();
  options_.resting.check();
  if (options_.show) require_display();
  if (options_.no_detect && options_.analyser.detector != "mtcnn") {
    throw OptionError("no_detect", "--no-detect and --detector exclude each other");
  }
}

int Read::run(const Arguments& arguments, Console& console, const StopFlag& stop) {
  check_options();
  options_.analyser.model = models_or_shipped(options_.analyser.model);
  WorkSummary summary(console);
  const std::vector<Input> inputs = list(arguments, options_, console, summary);
  if (inputs.empty()) return summary.exit_code();
  if (options_.no_detect) options_.analyser.detector = "none";
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
