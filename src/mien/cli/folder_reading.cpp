#include "mien/cli/folder_reading.h"

#include <cstdint>
#include <map>
#include <optional>
#include <system_error>
#include <utility>

#include "mien/cli/meter.h"
#include "mien/error.h"

namespace mien::cli {
namespace {

namespace fs = std::filesystem;

constexpr const char* kStateFile = ".mien-read.jsonl";

}  // namespace

FolderReading::FolderReading(const ReadContext& context, WorkSummary& summary, fs::path folder)
    : context_(context),
      summary_(summary),
      folder_(std::move(folder)),
      lock_(folder_),
      state_(folder_ / kStateFile, {"read", output_identity(context.options)}) {
  remove_leftovers(folder_);
}

void FolderReading::read(const std::vector<Input>& inputs, OutputNames& names) {
  names.remember(state_.outputs());
  std::vector<PictureTask> pictures;
  std::vector<VideoTask> videos;
  for (const Input& input : inputs) {
    const std::string name = names.name_of(input);
    if (input.kind == InputKind::kPicture) {
      pictures.push_back({input.name, name, file_mark(input.name)});
    } else {
      videos.push_back({input, folder_ / name});
    }
  }
  if (!pictures.empty()) read(pictures);
  for (const VideoTask& task : videos) read(task);
}

bool FolderReading::done(const PictureTask& task) const {
  const DoneInput* entry = state_.find(task.mark);
  std::error_code error;
  return entry != nullptr && entry->output == task.output &&
         fs::exists(annotated_file(folder_, task.output), error);
}

/// One file of rows holds readings of one kind.
void FolderReading::check_others(const std::vector<PictureTask>& tasks) const {
  std::map<std::string, std::string> others = state_.others();
  std::size_t named = 0;
  for (const PictureTask& task : tasks) named += others.erase(task.mark.path);
  for (const auto& [input, output] : others) {
    std::error_code error;
    if (!fs::exists(annotated_file(folder_, output), error)) continue;  // a video's
    throw UsageError(folder_.string() +
                     " holds rows of pictures that were read with other options "
                     "and that this call does not name (" +
                     input + "): name them too, or give another folder with -o");
  }
  if (named > 0) {
    context_.console.info(std::to_string(named) +
                          " of the pictures were read with other options "
                          "before, and are read anew");
  }
}

/// Rows of pictures that this call does not name stay; those of pictures that it has to read again
/// do not.
void FolderReading::read(const std::vector<PictureTask>& tasks) {
  check_others(tasks);
  std::set<std::string> again;
  for (const PictureTask& task : tasks) {
    if (!done(task)) again.insert(task.mark.path);
  }
  if (again.empty() && PictureRows::are_whole(folder_, row_format(context_.options.format))) {
    for (std::size_t i = 0; i < tasks.size(); ++i) summary_.kept();
    return;
  }
  PictureRows rows(folder_, context_, [&](const std::string& key) {
    return state_.recorded(key) != nullptr && !again.contains(key);
  });
  std::vector<PictureTask> left;
  for (const PictureTask& task : tasks) {
    if (rows.has(task.mark.path)) {
      summary_.kept();
    } else {
      left.push_back(task);
    }
  }
  Meter meter(context_.console, "pictures", "pictures", static_cast<std::int64_t>(left.size()));
  read_pictures(left, context_, [&](const Image& image, const PictureResult& result) {
    store(rows, image, result);
    meter.step();
  });
  if (context_.stop.requested()) {
    throw Error(ErrorKind::kInterrupted, "stopped; the same command goes on with what is left");
  }
  rows.finish();
}

void FolderReading::store(PictureRows& rows, const Image& image, const PictureResult& result) {
  if (result.problem) return summary_.failed(*result.problem);
  rows.add(image, result.frame, result.task.mark.path);
  state_.add(result.task.mark, {result.task.output, ""});
  summary_.done();
}

bool FolderReading::kept(const VideoTask& task, const FileMark& mark, const std::string& output) {
  const DoneInput* before = state_.find(mark);
  const std::string ending(row_ending(row_format(context_.options.format)));
  std::error_code error;
  if (before == nullptr || before->output != output ||
      !fs::exists(task.base.string() + ending, error)) {
    return false;
  }
  if (before->problem.empty()) {
    summary_.kept();
  } else {
    summary_.failed(before->problem, ErrorKind::kData);
  }
  return true;
}

void FolderReading::read(const VideoTask& task) {
  const bool live = task.input.kind == InputKind::kCamera;
  const std::string output = task.base.lexically_relative(folder_).string();
  const FileMark mark = live ? FileMark() : file_mark(task.input.name);
  if (kept(task, mark, output)) return;
  std::string bad_end;
  const std::optional<Error> problem = problem_in([&] {
    const VideoResult result = read_video(task, context_);
    bad_end = result.problem;
    state_.add(mark, {output, bad_end});
    context_.console.info(task.input.name + ": " + std::to_string(result.frames) + " frames, " +
                          std::to_string(result.faces) + " readings of " +
                          std::to_string(result.people) +
                          (result.people == 1 ? " person" : " people"));
  });
  if (problem) return summary_.failed(*problem);
  if (!bad_end.empty()) return summary_.failed(bad_end, ErrorKind::kData);
  summary_.done();
}

}  // namespace mien::cli
