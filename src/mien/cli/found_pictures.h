// Pictures opened and looked through for faces, several at a time.
#pragma once

#include <cstddef>
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

}  // namespace mien::cli
