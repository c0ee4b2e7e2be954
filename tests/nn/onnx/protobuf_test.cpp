#include "mien/nn/onnx/protobuf.h"

#include <string>

#include <gtest/gtest.h>

namespace mien {
namespace {

using namespace std::string_literals;

// The examples of protobuf.dev, "Encoding".
TEST(Protobuf, WritesIntegersSevenBitsAByte) {
  EXPECT_EQ(ProtobufMessage().add_integer(1, 150).bytes(), "\x08\x96\x01"s);
  EXPECT_EQ(ProtobufMessage().add_integer(1, 0).bytes(), "\x08\0"s);
  EXPECT_EQ(ProtobufMessage().add_integer(1, -2).bytes(),
            "\x08\xfe\xff\xff\xff\xff\xff\xff\xff\xff\x01"s);
  EXPECT_EQ(ProtobufMessage().add_integer(20, 1).bytes(), "\xa0\x01\x01"s) << "a tag of two bytes";
}

TEST(Protobuf, WritesTextAndMessagesBehindTheirLength) {
  EXPECT_EQ(ProtobufMessage().add_bytes(2, "testing").bytes(), "\x12\x07testing"s);
  ProtobufMessage inner;
  inner.add_integer(1, 150);
  EXPECT_EQ(ProtobufMessage().add_message(3, inner).bytes(), "\x1a\x03\x08\x96\x01"s);
  EXPECT_EQ(ProtobufMessage().begin_bytes(3, 300).append(inner).bytes(),
            "\x1a\xac\x02\x08\x96\x01"s);
}

TEST(Protobuf, WritesFloatsLowByteFirst) {
  EXPECT_EQ(ProtobufMessage().add_float(2, 1.5F).bytes(), "\x15\0\0\xc0\x3f"s);
}

}  // namespace
}  // namespace mien
