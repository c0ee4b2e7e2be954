// CRC-32C (Castagnoli), as TFRecord files carry it.
#pragma once

#include <cstdint>
#include <string_view>

namespace mien {

std::uint32_t crc32c(std::string_view bytes);

/// TFRecord's masked form: rotated right by 15 bits plus a constant, so that a checksum of data
/// that holds checksums stays a good one.
std::uint32_t masked_crc32c(std::string_view bytes);

}  // namespace mien
