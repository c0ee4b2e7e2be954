#include "mien/cli/face_inputs.h"

#include <cstdint>

#include "mien/error.h"
#include "mien/infer/analyser.h"

namespace mien::cli {
namespace {

std::string count_of(std::int64_t count, const std::string& one, const std::string& many) {
  return std::to_string(count) + " " + (count == 1 ? one : many);
}

}  // namespace

std::vector<Input> face_inputs(const std::vector<std::string>& named,
                               bool recursive,
                               Console& console,
                               WorkSummary& summary) {
  const InputList list = list_inputs(named, {recursive});
  for (const InputFailure& failure : list.failures) {
    summary.failed(failure.message, ErrorKind::kData);
  }
  if (list.folders > 0) {
    console.info(count_of(list.folders, "folder below was", "folders below were") +
                 " not opened; --recursive does");
  }
  if (list.other > 0) {
    console.info(count_of(list.other, "file is", "files are") + " neither picture nor video");
  }
  if (list.inputs.empty() && list.failures.empty()) {
    throw DataError(named[0], "holds no picture and no video");
  }
  return list.inputs;
}

std::string chosen_detector(const std::string& detector, bool no_detect) {
  if (!no_detect) return detector;
  if (detector != AnalyserOptions().detector && detector != kNoDetector) {
    throw OptionError("no_detect", "--no-detect and --detector exclude each other");
  }
  return kNoDetector;
}

std::vector<std::string> with_face_switches(std::vector<std::string> others) {
  others.insert(others.end(),
                {"detector",
                 "no_detect",
                 "min_face",
                 "min_confidence",
                 "max_faces",
                 "detect_every",
                 "every",
                 "from",
                 "to"});
  return others;
}

}  // namespace mien::cli
