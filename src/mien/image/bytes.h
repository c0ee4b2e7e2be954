// Integers out of the bytes of a file. The caller checks that they are there.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace mien {

enum class ByteOrder { kLittle, kBig };

inline std::uint8_t byte_at(std::string_view bytes, std::size_t at) {
  return static_cast<std::uint8_t>(bytes[at]);
}

inline std::uint16_t read_u16(std::string_view bytes, std::size_t at, ByteOrder order) {
  const unsigned first = byte_at(bytes, at);
  const unsigned second = byte_at(bytes, at + 1);
  return static_cast<std::uint16_t>(order == ByteOrder::kLittle ? second << 8 | first
                                                                : first << 8 | second);
}

inline std::uint32_t read_u32(std::string_view bytes, std::size_t at, ByteOrder order) {
  const std::uint32_t first = read_u16(bytes, at, order);
  const std::uint32_t second = read_u16(bytes, at + 2, order);
  return order == ByteOrder::kLittle ? second << 16 | first : first << 16 | second;
}

}  // namespace mien
