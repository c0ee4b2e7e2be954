#include "mien/nn/onnx/protobuf.h"

#include <bit>

namespace mien {
namespace {

enum class WireType : std::uint32_t { kVarint = 0, kBytes = 2, kFourBytes = 5 };

constexpr unsigned kTypeBits = 3;
constexpr unsigned kGroupBits = 7;
constexpr std::uint64_t kGroupEnd = 1u << kGroupBits;
constexpr unsigned kByteBits = 8;

std::uint64_t tag(std::uint32_t field, WireType type) {
  return (std::uint64_t{field} << kTypeBits) | static_cast<std::uint32_t>(type);
}

}  // namespace

void ProtobufMessage::add_varint(std::uint64_t value) {
  for (; value >= kGroupEnd; value >>= kGroupBits) {
    bytes_ += static_cast<char>((value % kGroupEnd) | kGroupEnd);
  }
  bytes_ += static_cast<char>(value);
}

ProtobufMessage& ProtobufMessage::add_integer(std::uint32_t field, std::int64_t value) {
  add_varint(tag(field, WireType::kVarint));
  add_varint(static_cast<std::uint64_t>(value));
  return *this;
}

ProtobufMessage& ProtobufMessage::add_float(std::uint32_t field, float value) {
  add_varint(tag(field, WireType::kFourBytes));
  const auto bits = std::bit_cast<std::uint32_t>(value);
  for (unsigned byte = 0; byte < sizeof(bits); ++byte) {
    bytes_ += static_cast<char>(bits >> (byte * kByteBits));
  }
  return *this;
}

ProtobufMessage& ProtobufMessage::begin_bytes(std::uint32_t field, std::uint64_t length) {
  add_varint(tag(field, WireType::kBytes));
  add_varint(length);
  return *this;
}

ProtobufMessage& ProtobufMessage::append(const ProtobufMessage& fields) {
  bytes_ += fields.bytes_;
  return *this;
}

ProtobufMessage& ProtobufMessage::add_bytes(std::uint32_t field, std::string_view bytes) {
  begin_bytes(field, bytes.size());
  bytes_ += bytes;
  return *this;
}

ProtobufMessage& ProtobufMessage::add_message(std::uint32_t field, const ProtobufMessage& message) {
  return add_bytes(field, message.bytes());
}

}  // namespace mien
