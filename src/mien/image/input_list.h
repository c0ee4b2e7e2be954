// What a user names, as a list of things to read: pictures, videos, cameras; folders are opened.
// It lies beside the readers because it chooses between them by what they take.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace mien {

enum class InputKind {
  kPicture,
  kVideo,
  kCamera,  ///< `camera:0`, a device, or a named pipe: VideoReader reads it, once
};

struct Input {
  std::string name;  ///< as named, or the folder as named with the path below it
  InputKind kind = InputKind::kPicture;
  bool operator==(const Input&) const = default;
};

struct InputFailure {
  std::string name;
  std::string message;  ///< one line, which begins with the name
};

struct InputList {
  std::vector<Input> inputs;
  std::vector<InputFailure> failures;  ///< named, but not there or not readable
  std::int64_t hidden = 0;    ///< files and folders below folders whose names begin with a dot
  std::int64_t other = 0;     ///< files below folders that are neither picture nor video
  std::int64_t own = 0;       ///< files below folders that mien made: `photo.mien.png`
  std::int64_t repeated = 0;  ///< files that had been named before
  std::int64_t folders = 0;   ///< folders below the named ones that were not opened
};

struct InputListOptions {
  bool recursive = false;  ///< open the folders below the named ones too
};

/// In the order in which they are named; within a folder by natural order of names, its files
/// first. A file that is named itself is always taken, hidden or not. Links are followed, each
/// folder once. Nothing is decoded.
InputList list_inputs(const std::vector<std::string>& names, const InputListOptions& options = {});

/// Runs of digits compare as numbers, letters without case: "frame 2" comes before "Frame 10". A
/// strict order in which only equal texts are equal.
bool natural_less(std::string_view first, std::string_view second);

}  // namespace mien
