// Reading many inputs into one folder, over several calls: what is done stays done.
#pragma once

#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "mien/cli/output_names.h"
#include "mien/cli/read_options.h"
#include "mien/cli/read_pictures.h"
#include "mien/cli/read_video.h"
#include "mien/cli/work_state.h"
#include "mien/cli/work_summary.h"
#include "mien/core/files.h"

namespace mien::cli {

class FolderReading {
 public:
  /// Holds the folder. Throws UsageError where another program does, FailureError.
  FolderReading(const ReadContext& context, WorkSummary& summary, std::filesystem::path folder);

  /// Pictures first, then videos one by one. What is wrong with an input goes into the summary;
  /// throws what ends all of it: UsageError, FailureError, Error(kInterrupted).
  void read(const std::vector<Input>& inputs, OutputNames& names);

 private:
  bool done(const PictureTask& task) const;
  void check_others(const std::vector<PictureTask>& tasks) const;
  void read(const std::vector<PictureTask>& tasks);
  void read(const VideoTask& task);
  /// True where an earlier call has done with the video.
  bool kept(const VideoTask& task, const FileMark& mark, const std::string& output);
  void store(PictureRows& rows, const Image& image, const PictureResult& result);

  const ReadContext& context_;
  WorkSummary& summary_;
  std::filesystem::path folder_;
  FolderLock lock_;
  WorkState state_;
};

}  // namespace mien::cli
