// Where the pictures of a plain tar file lie in it, so that any one can be read without the others.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace mien {

/// A picture file in a tar file.
struct TarMember {
  std::string name;
  std::int64_t offset = 0;  ///< of its first byte in the tar file
  std::int64_t bytes = 0;
};

struct TarIndex {
  std::vector<TarMember> pictures;  ///< in the tar's order; of equal names the last, as tar unpacks
  std::int64_t others = 0;          ///< members that are no pictures, by kind or ending
  std::int64_t repeated = 0;        ///< pictures that a later one of the same name replaces
  bool kept = true;                 ///< whether the index lies beside the tar file for next time
};

/// The index beside a tar file (docs/formats.md).
std::filesystem::path tar_index_file(const std::filesystem::path& tar);

/// Reads the index beside the tar file where it was made of the file as it is now; else makes it
/// from the headers and leaves it there if it can. Throws DataError for a file that is cut off,
/// compressed, or no tar file.
TarIndex read_tar_index(const std::filesystem::path& tar);

/// Whether the file is a tar file, by its first header.
bool is_tar(const std::filesystem::path& file);

}  // namespace mien
