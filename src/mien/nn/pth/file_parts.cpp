#include "mien/nn/pth/file_parts.h"

#include <system_error>

#include "mien/error.h"

namespace mien {

FileParts::FileParts(const std::filesystem::path& path) : name_(path.string()) {
  std::error_code failed;
  size_ = std::filesystem::file_size(path, failed);
  in_.open(path, std::ios::binary);
  if (failed || !in_) throw DataError(name_, "cannot be read (is it there, and a file?)");
}

void FileParts::check(std::uint64_t offset, std::uint64_t count) const {
  if (offset > size_ || count > size_ - offset) {
    throw DataError(name_,
                    "it is cut off: " + std::to_string(count) + " bytes are missing at byte " +
                        std::to_string(offset));
  }
}

void FileParts::read(std::uint64_t offset, void* to, std::uint64_t count) {
  check(offset, count);
  in_.clear();
  in_.seekg(static_cast<std::streamoff>(offset));
  in_.read(static_cast<char*>(to), static_cast<std::streamsize>(count));
  if (!in_) throw DataError(name_, "it could not be read");
}

std::string FileParts::text(std::uint64_t offset, std::uint64_t count) {
  check(offset, count);  // before room is made for it
  std::string bytes(count, '\0');
  read(offset, bytes.data(), count);
  return bytes;
}

}  // namespace mien
