// Where the entries of a zip file lie, for files whose entries are stored without compression.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "mien/nn/pth/file_parts.h"

namespace mien {

struct ZipEntry {
  std::uint64_t offset = 0;  ///< of the entry's bytes in the file
  std::uint64_t size = 0;    ///< bytes
};

/// Names and places of all entries, checked to lie inside the file; ZIP64 too. Throws DataError for
/// damaged, compressed, encrypted or split files.
std::map<std::string, ZipEntry> read_zip_directory(FileParts& parts);

}  // namespace mien
