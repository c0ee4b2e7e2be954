// What a file holds, by its first bytes.
#pragma once

#include <filesystem>
#include <string_view>

namespace mien {

enum class MediaKind {
  kOther,
  kPicture,  ///< for read_image; of an animated WebP that is the first frame
  kVideo,    ///< for VideoReader; animated GIF and PNG are among them
};

/// How many first bytes of a file `media_kind` wants to see.
inline constexpr std::size_t kMediaKindBytes = 4096;

/// By the bytes alone.
MediaKind media_kind(std::string_view bytes);

/// By the bytes; where they say nothing, or are a picture that an ending tells to be the first of
/// many (.mjpg), by the ending, so that a damaged picture is not passed over in silence. Throws
/// DataError (missing, unreadable).
MediaKind media_kind_of_file(const std::filesystem::path& file);

}  // namespace mien
