// Small picture files put together byte by byte, of kinds that the library reads but does not
// write.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace mien::test {

/// A TIFF header with one entry: the orientation.
inline std::string exif_block(int orientation, bool big) {
  const auto value = static_cast<char>(orientation);
  if (big) {
    return std::string("MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0", 19) + value +
           std::string(6, '\0');
  }
  return std::string("II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0", 18) + value +
         std::string(7, '\0');
}

/// The JPEG file with an EXIF segment put after its first marker.
inline std::string with_exif(const std::string& jpeg, int orientation) {
  const std::string payload = std::string("Exif\0\0", 6) + exif_block(orientation, true);
  const std::size_t length = payload.size() + 2;
  std::string segment("\xFF\xE1");
  segment += static_cast<char>(length >> 8);
  segment += static_cast<char>(length & 0xFF);
  return jpeg.substr(0, 2) + segment + payload + jpeg.substr(2);
}

inline void append_u32(std::string& bytes, std::uint32_t value, bool big) {
  for (int i = 0; i < 4; ++i) bytes += static_cast<char>(value >> (big ? 24 - 8 * i : 8 * i));
}

inline std::uint32_t png_checksum(const std::string& bytes) {
  std::uint32_t crc = ~0U;
  for (const char byte : bytes) {
    crc ^= static_cast<std::uint8_t>(byte);
    for (int bit = 0; bit < 8; ++bit) crc = crc >> 1 ^ (crc & 1U ? 0xEDB88320U : 0U);
  }
  return ~crc;
}

inline std::string png_chunk(const std::string& type, const std::string& data) {
  std::string chunk;
  append_u32(chunk, static_cast<std::uint32_t>(data.size()), true);
  chunk += type + data;
  append_u32(chunk, png_checksum(type + data), true);
  return chunk;
}

/// A PNG file of one row, stored without compression. `colour`: 0 grey, 2 RGB, 4 grey and alpha, 6
/// RGBA.
inline std::string png_row(int width, int depth, int colour, const std::string& row) {
  const std::string data = std::string(1, '\0') + row;  // filter 0
  std::uint32_t a = 1;
  std::uint32_t b = 0;
  for (const char byte : data) {
    a = (a + static_cast<std::uint8_t>(byte)) % 65521;
    b = (b + a) % 65521;
  }
  std::string stream("\x78\x01\x01");
  const auto length = static_cast<std::uint32_t>(data.size());
  for (const std::uint32_t value : {length, ~length}) {
    stream += static_cast<char>(value);
    stream += static_cast<char>(value >> 8);
  }
  stream += data;
  append_u32(stream, b << 16 | a, true);
  std::string header;
  append_u32(header, static_cast<std::uint32_t>(width), true);
  append_u32(header, 1, true);
  header += {static_cast<char>(depth), static_cast<char>(colour), 0, 0, 0};
  return "\x89PNG\r\n\x1a\n" + png_chunk("IHDR", header) + png_chunk("IDAT", stream) +
         png_chunk("IEND", "");
}

/// A BMP file of 2 x 1 pixels: red, blue.
inline std::string bmp_pair() {
  std::string bytes("BM");
  for (const std::uint32_t value : {62U, 0U, 54U, 40U, 2U, 1U}) append_u32(bytes, value, false);
  bytes += std::string("\x01\0\x18\0", 4);
  for (const std::uint32_t value : {0U, 8U, 0U, 0U, 0U, 0U}) append_u32(bytes, value, false);
  return bytes + std::string("\0\0\xFF\xFF\0\0\0\0", 8);
}

/// A TIFF file of 2 x 1 pixels, RGB, uncompressed: (1, 2, 3), (250, 251, 252).
inline std::string tiff_pair() {
  const std::vector<std::vector<std::uint32_t>> entries = {{256, 3, 1, 2},
                                                           {257, 3, 1, 1},
                                                           {258, 3, 1, 8},
                                                           {259, 3, 1, 1},
                                                           {262, 3, 1, 2},
                                                           {273, 4, 1, 8},
                                                           {277, 3, 1, 3},
                                                           {278, 3, 1, 1},
                                                           {279, 4, 1, 6},
                                                           {284, 3, 1, 1}};
  std::string bytes("II*\0", 4);
  append_u32(bytes, 16, false);
  bytes += "\x01\x02\x03\xFA\xFB\xFC" + std::string(2, '\0');
  bytes += static_cast<char>(entries.size());
  bytes += '\0';
  for (const auto& entry : entries) {
    append_u32(bytes, entry[1] << 16 | entry[0], false);
    append_u32(bytes, entry[2], false);
    append_u32(bytes, entry[3], false);
  }
  append_u32(bytes, 0, false);
  return bytes;
}

}  // namespace mien::test
