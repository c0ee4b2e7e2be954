// One video, pipe or camera read: rows, annotated video, time line, page.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "mien/cli/read_options.h"
#include "mien/image/input_list.h"

namespace mien::cli {

struct VideoTask {
  Input input;
  std::filesystem::path base;  ///< outputs are called BASE.csv, BASE.mien.mp4, ...
};

struct VideoResult {
  std::int64_t frames = 0;
  std::int64_t people = 0;
  std::int64_t faces = 0;
  std::string problem;  ///< a line where the video did not end as it should; outputs are there
};

/// Writes all outputs. Throws DataError, FailureError; Error(kInterrupted) once the user asks to
/// stop: complete rows are in BASE.csv.part then, and nothing else; of a live source everything
/// read so far is finished first.
VideoResult read_video(const VideoTask& task, const ReadContext& context);

}  // namespace mien::cli
