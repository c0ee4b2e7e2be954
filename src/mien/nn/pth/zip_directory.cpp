#include "mien/nn/pth/zip_directory.h"

#include <algorithm>
#include <string_view>

#include "mien/error.h"

namespace mien {
namespace {

// Signatures and sizes of the format's records (PKWARE's APPNOTE, sections 4.3 and 4.4).
constexpr std::string_view kEndMark = "PK\x05\x06";
constexpr std::string_view kEnd64Mark = "PK\x06\x06";
constexpr std::string_view kLocator64Mark = "PK\x06\x07";
constexpr std::string_view kCentralMark = "PK\x01\x02";
constexpr std::string_view kLocalMark = "PK\x03\x04";
constexpr std::uint64_t kEndBytes = 22;
constexpr std::uint64_t kEnd64Bytes = 56;
constexpr std::uint64_t kLocator64Bytes = 20;
constexpr std::uint64_t kCentralBytes = 46;
constexpr std::uint64_t kLocalBytes = 30;
constexpr std::uint64_t kLongestComment = 65535;
constexpr std::uint64_t kLargestDirectory = 256u << 20;
constexpr std::uint64_t kNarrow = 0xffffffff;  // the real number stands in the ZIP64 field
constexpr unsigned kZip64Field = 1;
constexpr unsigned kEncrypted = 1;

class ZipReader {
 public:
  explicit ZipReader(FileParts& parts) : parts_(parts), size_(parts.size()) {}

  std::map<std::string, ZipEntry> read() {
    const std::string directory = read_directory();
    std::map<std::string, ZipEntry> entries;
    for (std::uint64_t at = 0; at < directory.size();) {
      if (directory.compare(at, kCentralMark.size(), kCentralMark) != 0 ||
          directory.size() - at < kCentralBytes) {
        fail("its directory is damaged");
      }
      at += add_entry(std::string_view(directory).substr(at), entries);
    }
    return entries;
  }

 private:
  [[noreturn]] void fail(const std::string& what) const {
    throw DataError(parts_.name(), "zip archive: " + what);
  }

  static std::uint64_t number(std::string_view bytes, std::uint64_t at, std::uint64_t count) {
    std::uint64_t value = 0;
    for (std::uint64_t i = count; i-- > 0;) {
      value = value << 8 | static_cast<unsigned char>(bytes.at(at + i));
    }
    return value;
  }

  /// The whole central directory.
  std::string read_directory() {
    const std::uint64_t tail = std::min(size_, kEndBytes + kLongestComment);
    const std::string end = parts_.text(size_ - tail, tail);
    const std::size_t at = end.rfind(kEndMark);
    if (at == std::string::npos || end.size() - at < kEndBytes)
      fail("its end is missing: it is cut off");
    std::uint64_t length = number(end, at + 12, 4);
    std::uint64_t offset = number(end, at + 16, 4);
    const std::uint64_t end_offset = size_ - tail + at;
    if ((length == kNarrow || offset == kNarrow) && end_offset >= kLocator64Bytes) {
      const std::string locator = parts_.text(end_offset - kLocator64Bytes, kLocator64Bytes);
      if (locator.compare(0, kLocator64Mark.size(), kLocator64Mark) != 0)
        fail("its end is damaged");
      const std::string wide = parts_.text(number(locator, 8, 8), kEnd64Bytes);
      if (wide.compare(0, kEnd64Mark.size(), kEnd64Mark) != 0) fail("its end is damaged");
      length = number(wide, 40, 8);
      offset = number(wide, 48, 8);
    }
    if (length > kLargestDirectory) fail("its directory is too large");
    return parts_.text(offset, length);
  }

  /// Sizes and offset of an entry whose narrow fields overflow stand in an extra field.
  void widen(std::string_view extra,
             std::uint64_t& size,
             std::uint64_t& packed,
             std::uint64_t& offset) const {
    for (std::uint64_t at = 0; at + 4 <= extra.size();) {
      const std::uint64_t length = number(extra, at + 2, 2);
      if (length > extra.size() - at - 4) fail("an extra field is damaged");
      if (number(extra, at, 2) == kZip64Field) {
        std::uint64_t from = at + 4;
        for (std::uint64_t* value : {&size, &packed, &offset}) {
          if (*value != kNarrow) continue;
          if (from + 8 > at + 4 + length) fail("an extra field is damaged");
          *value = number(extra, from, 8);
          from += 8;
        }
      }
      at += 4 + length;
    }
  }

  /// Reads the record at the start of `record`, gives its length.
  std::uint64_t add_entry(std::string_view record, std::map<std::string, ZipEntry>& entries) {
    const std::uint64_t name_length = number(record, 28, 2);
    const std::uint64_t extra_length = number(record, 30, 2);
    const std::uint64_t total = kCentralBytes + name_length + extra_length + number(record, 32, 2);
    if (total > record.size()) fail("its directory is damaged");
    const std::string name(record.substr(kCentralBytes, name_length));
    std::uint64_t packed = number(record, 20, 4);
    std::uint64_t size = number(record, 24, 4);
    std::uint64_t offset = number(record, 42, 4);
    widen(record.substr(kCentralBytes + name_length, extra_length), size, packed, offset);
    if ((number(record, 8, 2) & kEncrypted) != 0) fail("'" + name + "' is encrypted");
    const bool compressed = number(record, 10, 2) != 0 || packed != size;
    // The sources in a TorchScript archive; nothing reads them.
    if (compressed && name.find("/code/") != std::string::npos) return total;
    if (compressed) {
      fail("'" + name + "' is compressed, which PyTorch does not do");
    }
    const std::string local = parts_.text(offset, kLocalBytes);
    if (local.compare(0, kLocalMark.size(), kLocalMark) != 0)
      fail("'" + name + "' is not where it should be");
    const std::uint64_t begin = offset + kLocalBytes + number(local, 26, 2) + number(local, 28, 2);
    if (begin > size_ || size > size_ - begin)
      fail("'" + name + "' ends behind the end of the file");
    if (!entries.emplace(name, ZipEntry{begin, size}).second) fail("'" + name + "' occurs twice");
    return total;
  }

  FileParts& parts_;
  std::uint64_t size_;
};

}  // namespace

std::map<std::string, ZipEntry> read_zip_directory(FileParts& parts) {
  return ZipReader(parts).read();
}

}  // namespace mien
