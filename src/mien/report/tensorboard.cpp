#include "mien/report/tensorboard.h"

#include <bit>
#include <chrono>
#include <string_view>

#include "mien/core/files.h"
#include "mien/report/crc32c.h"

namespace mien {
namespace {

// The Event message of TensorBoard, by hand: field number and wire type of each field that is used.
enum class Wire { kVarint = 0, kFixed64 = 1, kBytes = 2, kFixed32 = 5 };
constexpr int kEventWallTime = 1, kEventStep = 2, kEventFileVersion = 3, kEventSummary = 5;
constexpr int kSummaryValue = 1;
constexpr int kValueTag = 1, kValueSimple = 2;

template <typename Unsigned>
void append_little_endian(std::string& bytes, Unsigned value) {
  for (std::size_t i = 0; i < sizeof(Unsigned); ++i) {
    bytes += static_cast<char>(value >> (8 * i) & 0xFFU);
  }
}

void append_varint(std::string& bytes, std::uint64_t value) {
  while (value >= 0x80U) {
    bytes += static_cast<char>((value & 0x7FU) | 0x80U);
    value >>= 7;
  }
  bytes += static_cast<char>(value);
}

void append_key(std::string& bytes, int field, Wire wire) {
  append_varint(bytes, static_cast<std::uint64_t>(field) << 3 | static_cast<std::uint64_t>(wire));
}

void append_bytes(std::string& bytes, int field, std::string_view value) {
  append_key(bytes, field, Wire::kBytes);
  append_varint(bytes, value.size());
  bytes += value;
}

double now() {
  return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

std::string event(std::int64_t step) {
  std::string bytes;
  append_key(bytes, kEventWallTime, Wire::kFixed64);
  append_little_endian(bytes, std::bit_cast<std::uint64_t>(now()));
  append_key(bytes, kEventStep, Wire::kVarint);
  append_varint(bytes, static_cast<std::uint64_t>(step));
  return bytes;
}

/// TFRecord: length, its checksum, data, its checksum.
std::string record(std::string_view data) {
  std::string bytes;
  append_little_endian(bytes, static_cast<std::uint64_t>(data.size()));
  append_little_endian(bytes, masked_crc32c(bytes));
  bytes += data;
  append_little_endian(bytes, masked_crc32c(data));
  return bytes;
}

}  // namespace

TensorBoardWriter::TensorBoardWriter(const std::filesystem::path& folder) {
  make_folder(folder);
  // A resumed run may start within the same second: each start has a file of its own.
  auto second = static_cast<std::int64_t>(now());
  do {
    file_ = folder / ("events.out.tfevents." + std::to_string(second++) + ".mien");
  } while (std::filesystem::exists(file_));
  std::string first = event(0);
  append_bytes(first, kEventFileVersion, "brain.Event:2");
  append_record(file_, record(first));
}

void TensorBoardWriter::scalars(std::int64_t step, const std::map<std::string, double>& values) {
  std::string summary;
  for (const auto& [tag, number] : values) {
    std::string value;
    append_bytes(value, kValueTag, tag);
    append_key(value, kValueSimple, Wire::kFixed32);
    append_little_endian(value, std::bit_cast<std::uint32_t>(static_cast<float>(number)));
    append_bytes(summary, kSummaryValue, value);
  }
  std::string bytes = event(step);
  append_bytes(bytes, kEventSummary, summary);
  append_record(file_, record(bytes));
}

}  // namespace mien
