#include "mien/core/files.h"

#include <atomic>
#include <cerrno>
#include <system_error>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mien/core/sha256.h"
#include "mien/core/text.h"
#include "mien/error.h"

namespace mien {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kTemporaryMark = ".tmp-";

std::string reason() {
  return std::generic_category().message(errno);
}

[[noreturn]] void fail(const fs::path& path, const std::string& what) {
  throw FailureError(path.string() + ": " + what + ": " + reason());
}

/// An open file that closes itself.
class Descriptor {
 public:
  Descriptor(const fs::path& path, int flags)
      : value_(open(path.c_str(), flags | O_CLOEXEC, 0666)) {}
  ~Descriptor() {
    if (value_ >= 0) close(value_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  bool valid() const { return value_ >= 0; }
  int get() const { return value_; }
  int release() { return std::exchange(value_, -1); }

 private:
  int value_;
};

/// False with errno where not every byte could be written.
bool write_all(int descriptor, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = write(descriptor, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

fs::path folder_of(const fs::path& path) {
  return path.has_parent_path() ? path.parent_path() : fs::path(".");
}

fs::path temporary_beside(const fs::path& path) {
  static std::atomic<unsigned> count{0};
  fs::path temporary = path;
  temporary += std::string(kTemporaryMark) + std::to_string(getpid()) + "-" +
               std::to_string(count.fetch_add(1));
  return temporary;
}

/// Makes a rename last through a power cut. File systems that cannot sync a folder are let be.
void sync_folder(const fs::path& folder) {
  const Descriptor descriptor(folder, O_RDONLY | O_DIRECTORY);
  if (descriptor.valid() && fsync(descriptor.get()) != 0 && errno != EINVAL && errno != EROFS) {
    fail(folder, "cannot sync the folder");
  }
}

/// Calls `take` with each piece of the file.
template <typename Take>
void read_pieces(const fs::path& path, Take take) {
  std::error_code ignored;
  if (fs::is_directory(path, ignored)) {
    throw DataError(path.string(), "is a folder; a file is needed");
  }
  const Descriptor descriptor(path, O_RDONLY);
  if (!descriptor.valid()) throw DataError(path.string(), "cannot open: " + reason());
  std::vector<char> buffer(std::size_t{1} << 18);
  for (;;) {
    const ssize_t count = read(descriptor.get(), buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw DataError(path.string(), "cannot read: " + reason());
    if (count == 0) return;
    take(std::string_view(buffer.data(), static_cast<std::size_t>(count)));
  }
}

}  // namespace

void write_file_atomically(const fs::path& path, std::string_view bytes) {
  AtomicFile file(path);
  {
    const Descriptor descriptor(file.temporary(), O_WRONLY | O_CREAT | O_EXCL);
    if (!descriptor.valid()) fail(path, "cannot make a file beside it");
    if (!write_all(descriptor.get(), bytes)) fail(path, "cannot write, the file is as it was");
  }
  file.commit();
}

AtomicFile::AtomicFile(fs::path path)
    : path_(std::move(path)), temporary_(temporary_beside(path_)) {}

AtomicFile::~AtomicFile() {
  if (!committed_) unlink(temporary_.c_str());
}

void AtomicFile::commit() {
  move_into_place(temporary_, path_);
  committed_ = true;
}

void move_into_place(const fs::path& part, const fs::path& path) {
  {
    const Descriptor descriptor(part, O_RDWR);
    // Delayed allocation reports a full disk only here.
    if (!descriptor.valid() || fsync(descriptor.get()) != 0) {
      fail(path, "cannot write, the file is as it was");
    }
  }
  if (rename(part.c_str(), path.c_str()) != 0) fail(path, "cannot be replaced");
  sync_folder(folder_of(path));
}

void remove_leftovers(const fs::path& folder) {
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, error)) {
    const std::string name = entry.path().filename().string();
    if (name.find(kTemporaryMark) != std::string::npos && entry.is_regular_file(error)) {
      fs::remove(entry.path(), error);
    }
  }
}

void append_record(const fs::path& path, std::string_view record) {
  const Descriptor descriptor(path, O_WRONLY | O_CREAT | O_APPEND);
  struct stat before{};
  if (!descriptor.valid() || fstat(descriptor.get(), &before) != 0) fail(path, "cannot append");
  const ssize_t written = write(descriptor.get(), record.data(), record.size());
  if (written == static_cast<ssize_t>(record.size())) return;
  const std::string cause = written < 0 ? reason() : "no space for the whole record";
  // Half a record would make the file unreadable: take it back.
  if (written > 0 && ftruncate(descriptor.get(), before.st_size) != 0) {
    fail(path, "holds an incomplete last record and cannot be shortened");
  }
  throw FailureError(path.string() + ": cannot append: " + cause);
}

std::string read_file(const fs::path& path) {
  std::string bytes;
  read_pieces(path, [&](std::string_view piece) { bytes += piece; });
  return bytes;
}

std::string sha256_of_file(const fs::path& path) {
  Sha256 digest;
  read_pieces(path, [&](std::string_view piece) { digest.update(piece); });
  return digest.finish();
}

void make_folder(const fs::path& path) {
  std::error_code error;
  fs::create_directories(path, error);
  if (error) throw FailureError(path.string() + ": cannot make the folder: " + error.message());
  if (!fs::is_directory(path, error)) {
    throw FailureError(path.string() + ": cannot make the folder: a file of that name is there");
  }
}

FolderLock::FolderLock(const fs::path& folder) {
  const fs::path file = folder / ".lock";
  Descriptor descriptor(file, O_RDWR | O_CREAT);
  if (!descriptor.valid()) fail(file, "cannot lock the folder");
  if (flock(descriptor.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) fail(file, "cannot lock the folder");
    const std::string holder(trim(read_file(file)));
    throw UsageError(folder.string() + ": in use by another process" +
                     (holder.empty() ? "" : " (process " + holder + ")") +
                     "; wait until it ends or choose another folder");
  }
  // Who holds it is for people only; the lock itself is the kernel's and ends with the process.
  if (ftruncate(descriptor.get(), 0) == 0) {
    write_all(descriptor.get(), std::to_string(getpid()) + "\n");
  }
  descriptor_ = descriptor.release();
}

FolderLock::~FolderLock() {
  close(descriptor_);
}

}  // namespace mien
