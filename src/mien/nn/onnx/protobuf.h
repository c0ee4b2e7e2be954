// The wire format of protocol buffers, as far as an ONNX file needs it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace mien {

/// The bytes of one message, field by field.
class ProtobufMessage {
 public:
  ProtobufMessage& add_integer(std::uint32_t field, std::int64_t value);
  ProtobufMessage& add_float(std::uint32_t field, float value);
  ProtobufMessage& add_bytes(std::uint32_t field, std::string_view bytes);
  ProtobufMessage& add_message(std::uint32_t field, const ProtobufMessage& message);
  /// The start of a field of so many bytes that whoever calls writes behind it.
  ProtobufMessage& begin_bytes(std::uint32_t field, std::uint64_t length);
  /// The other's fields behind these.
  ProtobufMessage& append(const ProtobufMessage& fields);

  const std::string& bytes() const { return bytes_; }

 private:
  void add_varint(std::uint64_t value);

  std::string bytes_;
};

}  // namespace mien
