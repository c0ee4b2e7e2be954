#include "mien/image/container.h"

#include <algorithm>
#include <array>
#include <cstdlib>

#include "mien/error.h"
#include "mien/image/bytes.h"
#include "mien/image/exif.h"

namespace mien {
namespace {

constexpr std::string_view kPngSignature("\x89PNG\r\n\x1a\n", 8);

[[noreturn]] void throw_truncated(const std::string& name) {
  throw DataError(name, "the picture is truncated; fetch or make the file again");
}

// CRC-32 of ISO 3309, as PNG's chunks carry it.
std::uint32_t crc32(std::string_view bytes) {
  static const std::array<std::uint32_t, 256> kTable = [] {
    std::array<std::uint32_t, 256> made{};
    for (std::uint32_t i = 0; i < 256; ++i) {
      std::uint32_t value = i;
      for (int bit = 0; bit < 8; ++bit)
        value = (value & 1U) != 0 ? 0xEDB88320U ^ value >> 1 : value >> 1;
      made[i] = value;
    }
    return made;
  }();
  std::uint32_t crc = 0xFFFFFFFFU;
  for (const char byte : bytes)
    crc = kTable[(crc ^ static_cast<std::uint8_t>(byte)) & 0xFFU] ^ crc >> 8;
  return ~crc;
}

struct PngChunk {
  std::string_view type;
  std::string_view data;
  std::string_view whole;  // length, type, data and checksum
};

// The chunk at `at`, which must lie whole in the file.
PngChunk png_chunk(std::string_view bytes, std::size_t at, const std::string& name) {
  constexpr std::size_t kFrame = 12;
  if (at + kFrame > bytes.size()) throw_truncated(name);
  const std::size_t length = read_u32(bytes, at, ByteOrder::kBig);
  if (length > bytes.size() - at - kFrame) throw_truncated(name);
  return {bytes.substr(at + 4, 4), bytes.substr(at + 8, length), bytes.substr(at, length + kFrame)};
}

PictureHeader png_header(std::string_view bytes, const std::string& name) {
  const PngChunk first = png_chunk(bytes, kPngSignature.size(), name);
  if (first.type != "IHDR" || first.data.size() != 13) {
    throw DataError(name, "a damaged PNG file: it does not begin with its size");
  }
  PictureHeader header;
  header.width = read_u32(first.data, 0, ByteOrder::kBig);
  header.height = read_u32(first.data, 4, ByteOrder::kBig);
  std::size_t at = kPngSignature.size() + first.whole.size();
  while (at < bytes.size()) {
    const PngChunk chunk = png_chunk(bytes, at, name);
    if (chunk.type == "eXIf") header.orientation = exif_orientation(chunk.data);
    if (chunk.type == "IEND") break;
    at += chunk.whole.size();
  }
  return header;
}

PictureHeader bmp_header(std::string_view bytes, const std::string& name) {
  if (bytes.size() < 34) throw_truncated(name);
  PictureHeader header;
  if (read_u32(bytes, 14, ByteOrder::kLittle) == 12) {  // the header of OS/2
    header.width = read_u16(bytes, 18, ByteOrder::kLittle);
    header.height = read_u16(bytes, 20, ByteOrder::kLittle);
    return header;
  }
  const auto signed_at = [&](std::size_t at) {
    return static_cast<std::int64_t>(
        static_cast<std::int32_t>(read_u32(bytes, at, ByteOrder::kLittle)));
  };
  header.width = signed_at(18);
  header.height = std::abs(signed_at(22));  // negative: rows from top to bottom
  const std::int64_t bits = read_u16(bytes, 28, ByteOrder::kLittle);
  const std::uint32_t compression = read_u32(bytes, 30, ByteOrder::kLittle);
  constexpr std::array<std::int64_t, 6> kDepths = {1, 4, 8, 16, 24, 32};
  const bool depth_known = std::find(kDepths.begin(), kDepths.end(), bits) != kDepths.end();
  if (signed_at(14) < 36 || compression > 3 || !depth_known) {
    throw DataError(name, "a damaged BMP file, or one of a kind that is not read");
  }
  const bool plain = compression == 0;
  const std::int64_t row = (header.width * bits + 31) / 32 * 4;
  const auto room = static_cast<std::int64_t>(bytes.size()) - signed_at(10);
  if (plain && header.width > 0 && header.height > 0 && row > room / header.height) {
    throw_truncated(name);
  }
  return header;
}

std::int64_t u24(std::string_view bytes, std::size_t at) {
  return byte_at(bytes, at) | byte_at(bytes, at + 1) << 8 | byte_at(bytes, at + 2) << 16;
}

// The three forms of the format's first chunk: lossy, lossless, extended.
PictureHeader webp_header(std::string_view bytes, const std::string& name) {
  if (bytes.size() < 30) throw_truncated(name);
  if (read_u32(bytes, 4, ByteOrder::kLittle) > bytes.size() - 8) throw_truncated(name);
  PictureHeader header;
  const std::string_view form = bytes.substr(12, 4);
  if (form == "VP8 ") {
    header.width = read_u16(bytes, 26, ByteOrder::kLittle) & 0x3FFF;
    header.height = read_u16(bytes, 28, ByteOrder::kLittle) & 0x3FFF;
  } else if (form == "VP8L") {
    const std::uint32_t packed = read_u32(bytes, 21, ByteOrder::kLittle);
    header.width = (packed & 0x3FFF) + 1;
    header.height = (packed >> 14 & 0x3FFF) + 1;
  } else if (form == "VP8X") {
    header.width = u24(bytes, 24) + 1;
    header.height = u24(bytes, 27) + 1;
  }
  std::size_t at = 12;
  while (at + 8 <= bytes.size()) {
    const std::size_t length = read_u32(bytes, at + 4, ByteOrder::kLittle);
    if (length > bytes.size() - at - 8) break;
    if (bytes.substr(at, 4) == "EXIF") {
      header.orientation = exif_orientation(bytes.substr(at + 8, length));
    }
    at += 8 + length + length % 2;
  }
  return header;
}

PictureHeader tiff_header(std::string_view bytes) {
  PictureHeader header;
  header.width = tiff_entry(bytes, 256).value_or(0);
  header.height = tiff_entry(bytes, 257).value_or(0);
  return header;  // the TIFF decoder turns the picture by itself
}

}  // namespace

PictureKind picture_kind(std::string_view bytes) {
  const auto begins = [&](std::string_view with) { return bytes.substr(0, with.size()) == with; };
  if (begins("\xFF\xD8\xFF")) return PictureKind::kJpeg;
  if (begins(kPngSignature)) return PictureKind::kPng;
  if (begins("BM")) return PictureKind::kBmp;
  if (begins("RIFF") && bytes.size() >= 12 && bytes.substr(8, 4) == "WEBP")
    return PictureKind::kWebp;
  if (begins({"II*\0", 4}) || begins({"MM\0*", 4})) return PictureKind::kTiff;
  return PictureKind::kUnknown;
}

PictureHeader read_header(PictureKind kind, std::string_view bytes, const std::string& name) {
  switch (kind) {
    case PictureKind::kPng:
      return png_header(bytes, name);
    case PictureKind::kBmp:
      return bmp_header(bytes, name);
    case PictureKind::kWebp:
      return webp_header(bytes, name);
    case PictureKind::kTiff:
      return tiff_header(bytes);
    default:
      return {};
  }
}

std::string essential_png(std::string_view bytes, const std::string& name) {
  constexpr std::uint8_t kPalette = 3;
  std::string kept(kPngSignature);
  bool palette = false;
  std::size_t at = kPngSignature.size();
  while (true) {
    const PngChunk chunk = png_chunk(bytes, at, name);
    const std::string_view summed = chunk.whole.substr(4, chunk.data.size() + 4);
    if (crc32(summed) != read_u32(chunk.whole, chunk.whole.size() - 4, ByteOrder::kBig)) {
      throw DataError(name, "a damaged PNG file: a checksum is wrong");
    }
    if (chunk.type == "IHDR" && chunk.data.size() == 13)
      palette = byte_at(chunk.data, 9) == kPalette;
    const bool pixels = chunk.type == "IHDR" || chunk.type == "PLTE" || chunk.type == "IDAT" ||
                        chunk.type == "IEND" || (chunk.type == "tRNS" && palette);
    if (pixels) kept += chunk.whole;
    if (chunk.type == "IEND") return kept;
    at += chunk.whole.size();
  }
}

}  // namespace mien
