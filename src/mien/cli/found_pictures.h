// Pictures opened and looked through for faces, several at a time.
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "mien/error.h"
#include "mien/image/image.h"
#include "mien/infer/analyser.h"
#include "mien/reading.h"

namespace mien::cli {

/// A picture and the faces in it, not read yet, or why there is neither.
struct FoundPicture {
  Image image;
  FrameReading frame;
  std::optional<Error> problem;
};

/// One thread takes one picture at a time. Throws what no picture is to blame for: UsageError,
/// interruption.
std::vector<FoundPicture> find_faces(std::span<const std::string> names,
                                     const Analyser& analyser,
                                     std::size_t threads);

/// Runs `step`, and gives its error where a picture or the disk is to blame for it; what is wrong
/// with the call itself goes on up.
template <typename Step>
std::optional<Error> problem_in(Step step) {
  try {
    step();
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::kUsage || error.kind() == ErrorKind::kInterrupted) throw;
    return error;
  } catch (const std::filesystem::filesystem_error& error) {
    return FailureError(error.what());
  }
  return std::nullopt;
}

}  // namespace mien::cli
