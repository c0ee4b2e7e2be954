// Files that are replaced whole or not at all, records appended whole, folders held by one process.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace mien {

/// Writes to a temporary file beside `path`, syncs it, and renames it over `path`.
/// On any failure (disk full) removes the temporary, leaves `path` as it was, throws FailureError.
void write_file_atomically(const std::filesystem::path& path, std::string_view bytes);

/// The same for writers that produce the file themselves: write to `temporary()`, then `commit()`,
/// which throws FailureError. The destructor removes what was not committed.
class AtomicFile {
 public:
  explicit AtomicFile(std::filesystem::path path);
  ~AtomicFile();
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;
  const std::filesystem::path& temporary() const { return temporary_; }
  void commit();

 private:
  std::filesystem::path path_;
  std::filesystem::path temporary_;
  bool committed_ = false;
};

/// Syncs `part` and renames it over `path` (in the same folder), for files that grow under a name
/// of their own until they are complete. Throws FailureError; then `path` is as it was.
void move_into_place(const std::filesystem::path& part, const std::filesystem::path& path);

/// Removes the temporaries that killed processes left in `folder` (not below it). Call it where no
/// other process writes: under the FolderLock.
void remove_leftovers(const std::filesystem::path& folder);

/// Appends one complete record with one write call; throws FailureError when it did not fit.
void append_record(const std::filesystem::path& path, std::string_view record);

/// The whole file; throws DataError (missing, a folder, unreadable).
std::string read_file(const std::filesystem::path& path);

/// Makes the folder and its parents; throws FailureError naming it when that is impossible.
void make_folder(const std::filesystem::path& path);

/// Holds `folder/.lock` for this process (flock: ends with the process, however it ends).
/// Throws UsageError when another process holds it.
class FolderLock {
 public:
  explicit FolderLock(const std::filesystem::path& folder);
  ~FolderLock();
  FolderLock(const FolderLock&) = delete;
  FolderLock& operator=(const FolderLock&) = delete;

 private:
  int descriptor_ = -1;
};

/// SHA-256 of a file in lower-case hexadecimal.
std::string sha256_of_file(const std::filesystem::path& path);

}  // namespace mien
