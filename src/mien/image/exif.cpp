#include "mien/image/exif.h"

#include <utility>

#include "mien/image/bytes.h"

namespace mien {
namespace {

constexpr std::uint16_t kOrientationTag = 274;
constexpr std::size_t kEntryBytes = 12;

// The value of one directory entry, when it is a single 16- or 32-bit integer stored in place.
std::optional<std::uint32_t> entry_value(std::string_view entry, ByteOrder order) {
  constexpr std::uint32_t kShort = 3;
  constexpr std::uint32_t kLong = 4;
  const std::uint32_t type = read_u16(entry, 2, order);
  if (type == kShort) return read_u16(entry, 8, order);
  if (type == kLong) return read_u32(entry, 8, order);
  return std::nullopt;
}

}  // namespace

std::optional<std::uint32_t> tiff_entry(std::string_view tiff, std::uint16_t tag) {
  constexpr std::size_t kHeaderBytes = 8;
  if (tiff.size() < kHeaderBytes) return std::nullopt;
  const std::string_view mark = tiff.substr(0, 2);
  if (mark != "II" && mark != "MM") return std::nullopt;
  const ByteOrder order = mark == "II" ? ByteOrder::kLittle : ByteOrder::kBig;
  if (read_u16(tiff, 2, order) != 42) return std::nullopt;
  const std::size_t directory = read_u32(tiff, 4, order);
  if (directory + 2 > tiff.size()) return std::nullopt;
  const std::size_t count = read_u16(tiff, directory, order);
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t at = directory + 2 + i * kEntryBytes;
    if (at + kEntryBytes > tiff.size()) return std::nullopt;
    if (read_u16(tiff, at, order) == tag) return entry_value(tiff.substr(at, kEntryBytes), order);
  }
  return std::nullopt;
}

int exif_orientation(std::string_view block) {
  constexpr std::string_view kMark("Exif\0\0", 6);
  if (block.substr(0, kMark.size()) == kMark) block.remove_prefix(kMark.size());
  const std::uint32_t value = tiff_entry(block, kOrientationTag).value_or(1);
  return value >= 1 && value <= 8 ? static_cast<int>(value) : 1;
}

std::string_view jpeg_exif_block(std::string_view bytes) {
  constexpr std::uint8_t kApp1 = 0xE1;
  constexpr std::uint8_t kStartOfScan = 0xDA;
  std::size_t at = 2;
  while (at + 4 <= bytes.size() && byte_at(bytes, at) == 0xFF) {
    const std::uint8_t marker = byte_at(bytes, at + 1);
    if (marker == 0xFF) {  // padding before a marker
      ++at;
      continue;
    }
    if (marker == kStartOfScan) break;
    const std::size_t length = read_u16(bytes, at + 2, ByteOrder::kBig);
    if (length < 2 || at + 2 + length > bytes.size()) break;
    const std::string_view payload = bytes.substr(at + 4, length - 2);
    if (marker == kApp1 && payload.substr(0, 4) == "Exif") return payload;
    at += 2 + length;
  }
  return {};
}

Walk walk_of(const StoredSize& stored, int orientation) {
  const std::ptrdiff_t row = stored.row;
  const std::ptrdiff_t right = stored.width - 1;
  const std::ptrdiff_t bottom = row * (stored.height - 1);
  switch (orientation) {
    case 2:
      return {right, -1, row};
    case 3:
      return {bottom + right, -1, -row};
    case 4:
      return {bottom, 1, -row};
    case 5:
      return {0, row, 1};
    case 6:
      return {bottom, -row, 1};
    case 7:
      return {bottom + right, -row, -1};
    case 8:
      return {right, row, -1};
    default:
      return {0, 1, row};
  }
}

Image upright(Image image, int orientation) {
  if (orientation <= 1 || orientation > 8) return image;
  const bool turned = orientation >= 5;
  Image result(turned ? image.height : image.width, turned ? image.width : image.height);
  const Walk walk = walk_of({image.width, image.height, image.width}, orientation);
  for (int y = 0; y < result.height; ++y) {
    std::uint8_t* to = result.row(y);
    const std::uint8_t* from = image.pixels.data() + (walk.start + walk.step_y * y) * 3;
    for (int x = 0; x < result.width; ++x, to += 3, from += walk.step_x * 3) {
      to[0] = from[0];
      to[1] = from[1];
      to[2] = from[2];
    }
  }
  return result;
}

}  // namespace mien
