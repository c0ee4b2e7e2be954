#include "mien/data/tar_index.h"

#include <array>
#include <fstream>
#include <memory>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <utility>

#include <archive.h>
#include <archive_entry.h>
#include <sys/stat.h>

#include "mien/core/files.h"
#include "mien/core/text.h"
#include "mien/error.h"
#include "mien/image/image.h"

namespace mien {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kBlock = 512;
constexpr std::size_t kReadAhead = 64 * 1024;
constexpr std::string_view kTitle = "mien tar index 1";
constexpr std::string_view kEnd = "end";

/// What tells one state of a file from another.
struct FileState {
  std::int64_t size = 0;
  std::int64_t changed = 0;  ///< nanoseconds
  bool operator==(const FileState&) const = default;
};

FileState state_of_file(const fs::path& file) {
  struct stat status{};
  if (::stat(file.c_str(), &status) != 0) throw DataError(file.string(), "no such file");
  constexpr std::int64_t kNanoseconds = 1'000'000'000;
  return {status.st_size, status.st_mtim.tv_sec * kNanoseconds + status.st_mtim.tv_nsec};
}

/// Collects pictures; one that comes again takes the place of the earlier one.
class Collected {
 public:
  void add(TarMember member) {
    const auto [found, fresh] = places_.try_emplace(member.name, index_.pictures.size());
    if (fresh) {
      index_.pictures.push_back(std::move(member));
    } else {
      index_.pictures[found->second] = std::move(member);
      ++index_.repeated;
    }
  }
  void pass_over() { ++index_.others; }
  TarIndex take() { return std::move(index_); }

 private:
  TarIndex index_;
  std::unordered_map<std::string, std::size_t> places_;
};

class TarReader {
 public:
  TarReader(const fs::path& tar, std::int64_t size)
      : name_(tar.string()), size_(size), archive_(archive_read_new(), archive_read_free) {
    archive_read_support_format_tar(archive_.get());
    archive_read_support_format_gnutar(archive_.get());
    if (archive_read_open_filename(archive_.get(), name_.c_str(), kReadAhead) != ARCHIVE_OK) {
      fail();
    }
  }

  TarIndex read() {
    Collected members;
    archive_entry* entry = nullptr;
    int result = ARCHIVE_OK;
    while ((result = archive_read_next_header(archive_.get(), &entry)) != ARCHIVE_EOF) {
      if (result != ARCHIVE_OK && result != ARCHIVE_WARN) fail();
      take(entry, members);
    }
    // Two blocks of zeros end a tar file; one has to be there, or the rest is missing.
    if (end_ + kBlock > size_) {
      throw DataError(name_, "is cut off: it has no end mark after " + last_text());
    }
    return members.take();
  }

 private:
  std::string reason() const {
    const char* text = archive_error_string(archive_.get());
    return text != nullptr ? text : "unknown error";
  }
  std::string last_text() const { return last_.empty() ? "its start" : "'" + last_ + "'"; }

  [[noreturn]] void fail() const {
    if (end_ == 0) {
      throw DataError(name_,
                      "is no plain tar file, or cannot be read (" + reason() +
                          "): a compressed one has to be unpacked");
    }
    throw DataError(name_, "is damaged or cut off after " + last_text() + ": " + reason());
  }

  static std::string name_of(archive_entry* entry) {
    const char* name = archive_entry_pathname_utf8(entry);
    if (name == nullptr) name = archive_entry_pathname(entry);
    return name != nullptr ? name : "";
  }

  void take(archive_entry* entry, Collected& members) {
    TarMember member{name_of(entry), archive_filter_bytes(archive_.get(), 0), 0};
    const bool plain = archive_entry_filetype(entry) == AE_IFREG &&
                       archive_entry_hardlink(entry) == nullptr &&
                       archive_entry_sparse_count(entry) == 0;
    member.bytes = archive_entry_size(entry);
    last_ = member.name;
    end_ = member.offset + (plain ? (member.bytes + kBlock - 1) / kBlock * kBlock : 0);
    if (plain && member.offset + member.bytes > size_) {
      throw DataError(name_, "is cut off inside '" + member.name + "'");
    }
    const bool one_line = member.name.find('\n') == std::string::npos;
    if (plain && member.bytes > 0 && one_line && has_picture_ending(member.name)) {
      members.add(std::move(member));
    } else {
      members.pass_over();
    }
  }

  std::string name_;
  std::int64_t size_;
  std::unique_ptr<archive, int (*)(archive*)> archive_;
  std::string last_;      ///< name of the last member
  std::int64_t end_ = 0;  ///< where the last member ends, at a whole block
};

std::string index_text(const TarIndex& index, const FileState& state) {
  const auto number = [](std::int64_t value) { return std::to_string(value) + " "; };
  std::string text = std::string(kTitle) + "\n" + number(state.size) + number(state.changed) +
                     number(index.others) + number(index.repeated) +
                     std::to_string(index.pictures.size()) + "\n";
  for (const TarMember& member : index.pictures) {
    text += number(member.offset) + number(member.bytes) + member.name + "\n";
  }
  return text + std::string(kEnd) + "\n";
}

/// Takes a text apart, line by line and number by number.
class IndexText {
 public:
  explicit IndexText(std::string_view text) : rest_(text) {}
  std::string_view line() { return cut('\n'); }
  std::int64_t number(std::string_view& line) {
    const std::size_t end = std::min(line.find(' '), line.size());
    const auto value = parse_integer(line.substr(0, end));
    line.remove_prefix(std::min(end + 1, line.size()));
    sound_ = sound_ && value && *value >= 0;
    return sound_ ? *value : 0;
  }
  bool sound() const { return sound_; }

 private:
  std::string_view cut(char separator) {
    const std::size_t end = rest_.find(separator);
    sound_ = sound_ && end != std::string_view::npos;
    const std::string_view part = rest_.substr(0, end);
    rest_.remove_prefix(std::min(part.size() + 1, rest_.size()));
    return part;
  }

  std::string_view rest_;
  bool sound_ = true;
};

/// Nothing where the text is of another file state, or not what `index_text` writes.
std::optional<TarIndex> parse_index(std::string_view bytes, const FileState& state) {
  IndexText text(bytes);
  if (text.line() != kTitle) return std::nullopt;
  std::string_view head = text.line();
  const FileState made_of{text.number(head), text.number(head)};
  if (made_of != state) return std::nullopt;
  TarIndex index;
  index.others = text.number(head);
  index.repeated = text.number(head);
  const std::int64_t count = text.number(head);
  for (std::int64_t i = 0; i < count && text.sound(); ++i) {
    std::string_view line = text.line();
    TarMember member;
    member.offset = text.number(line);
    member.bytes = text.number(line);
    member.name = line;
    if (member.offset > state.size || member.bytes > state.size - member.offset) {
      return std::nullopt;
    }
    index.pictures.push_back(std::move(member));
  }
  if (!text.sound() || text.line() != kEnd || !text.sound()) return std::nullopt;
  return index;
}

std::optional<TarIndex> kept_index(const fs::path& tar, const FileState& state) {
  std::error_code ignored;
  const fs::path file = tar_index_file(tar);
  if (!fs::is_regular_file(file, ignored)) return std::nullopt;
  try {
    return parse_index(read_file(file), state);
  } catch (const DataError&) {
    return std::nullopt;  // unreadable: it is made again
  }
}

}  // namespace

fs::path tar_index_file(const fs::path& tar) {
  fs::path file = tar;
  return file += ".mien-index";
}

TarIndex read_tar_index(const fs::path& tar) {
  const FileState state = state_of_file(tar);
  if (auto kept = kept_index(tar, state)) return std::move(*kept);
  TarIndex index = TarReader(tar, state.size).read();
  try {
    write_file_atomically(tar_index_file(tar), index_text(index, state));
  } catch (const FailureError&) {
    index.kept = false;  // a folder that cannot be written to: it is made again next time
  }
  return index;
}

bool is_tar(const fs::path& file) {
  constexpr std::size_t kMagicAt = 257;
  constexpr std::string_view kMagic = "ustar";
  std::array<char, kMagicAt + kMagic.size()> start = {};
  std::ifstream in(file, std::ios::binary);
  in.read(start.data(), start.size());
  const std::string_view bytes(start.data(), start.size());
  return file.extension() == ".tar" || bytes.substr(kMagicAt) == kMagic;
}

}  // namespace mien
