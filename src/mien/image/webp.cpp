#include "mien/image/webp.h"

#include <algorithm>

#include "mien/error.h"
#include "mien/image/bytes.h"

namespace mien {
namespace {

constexpr std::size_t kChunkHeader = 8;

std::uint32_t u24(std::string_view bytes, std::size_t at) {
  return byte_at(bytes, at) | static_cast<std::uint32_t>(byte_at(bytes, at + 1)) << 8 |
         static_cast<std::uint32_t>(byte_at(bytes, at + 2)) << 16;
}

void append_number(std::string& bytes, std::size_t value, int count) {
  for (int i = 0; i < count; ++i) bytes += static_cast<char>(value >> (8 * i));
}

std::string chunk(std::string_view type, std::string_view data) {
  std::string bytes(type);
  append_number(bytes, data.size(), 4);
  bytes += data;
  if (data.size() % 2 != 0) bytes += '\0';
  return bytes;
}

/// The data of the first chunk of that type; nothing where there is none, or not all of it.
std::optional<std::string_view> find_chunk(std::string_view bytes, std::string_view type) {
  while (bytes.size() >= kChunkHeader) {
    const std::size_t length = read_u32(bytes, 4, ByteOrder::kLittle);
    if (length > bytes.size() - kChunkHeader) return std::nullopt;
    if (bytes.substr(0, 4) == type) return bytes.substr(kChunkHeader, length);
    bytes.remove_prefix(std::min(bytes.size(), kChunkHeader + length + length % 2));
  }
  return std::nullopt;
}

// The extended form is needed only where lossy colours and their alpha are two chunks.
std::string still_of(std::string_view frame, std::string_view size) {
  std::string body("WEBP");
  if (const auto lossless = find_chunk(frame, "VP8L")) {
    body += chunk("VP8L", *lossless);
  } else if (const auto lossy = find_chunk(frame, "VP8 ")) {
    if (const auto alpha = find_chunk(frame, "ALPH")) {
      body += chunk("VP8X", std::string("\x10\0\0\0", 4) + std::string(size));
      body += chunk("ALPH", *alpha);
    }
    body += chunk("VP8 ", *lossy);
  } else {
    return {};
  }
  return chunk("RIFF", body);
}

}  // namespace

// Container Specification of WebP: VP8X carries the flags, each ANMF a place, a size and the
// frame's chunks.
std::optional<WebpFrame> first_webp_frame(std::string_view bytes, const std::string& name) {
  constexpr std::size_t kFileHeader = 12;
  constexpr unsigned kAnimated = 2;
  constexpr std::size_t kPlace = 16;
  if (bytes.size() < kFileHeader) return std::nullopt;
  const std::string_view chunks = bytes.substr(kFileHeader);
  const auto about = find_chunk(chunks, "VP8X");
  if (!about || about->empty() || (byte_at(*about, 0) & kAnimated) == 0) return std::nullopt;
  const auto frame = find_chunk(chunks, "ANMF");
  WebpFrame first;
  if (frame && frame->size() > kPlace) {
    first.still = still_of(frame->substr(kPlace), frame->substr(6, 6));
    first.x = static_cast<int>(u24(*frame, 0) * 2);
    first.y = static_cast<int>(u24(*frame, 3) * 2);
  }
  if (first.still.empty()) throw DataError(name, "an animated WebP picture without a whole frame");
  return first;
}

}  // namespace mien
