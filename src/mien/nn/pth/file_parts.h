// Parts of one file, read inside its bounds.
#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>

namespace mien {

class FileParts {
 public:
  /// Throws DataError where the file cannot be read, as the members do for parts outside it.
  explicit FileParts(const std::filesystem::path& path);
  const std::string& name() const { return name_; }
  std::uint64_t size() const { return size_; }

  void read(std::uint64_t offset, void* to, std::uint64_t count);
  std::string text(std::uint64_t offset, std::uint64_t count);

 private:
  void check(std::uint64_t offset, std::uint64_t count) const;

  std::string name_;
  std::uint64_t size_ = 0;
  std::ifstream in_;
};

}  // namespace mien
