#include "mien/report/tensorboard.h"

#include <bit>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mien/core/files.h"
#include "mien/error.h"
#include "mien/report/crc32c.h"

#include "temp_folder.h"

namespace mien {
namespace {

std::vector<std::filesystem::path> files_in(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    files.push_back(entry.path());
  return files;
}

template <typename Unsigned>
Unsigned number_at(const std::string& bytes, std::size_t at) {
  Unsigned value = 0;
  for (std::size_t i = sizeof(Unsigned); i-- > 0;) {
    value = static_cast<Unsigned>(value << 8 | static_cast<unsigned char>(bytes.at(at + i)));
  }
  return value;
}

/// The records of a TFRecord file, both checksums verified.
std::vector<std::string> records_of(const std::string& bytes) {
  std::vector<std::string> records;
  std::size_t at = 0;
  while (at < bytes.size()) {
    const auto length = number_at<std::uint64_t>(bytes, at);
    EXPECT_EQ(number_at<std::uint32_t>(bytes, at + 8), masked_crc32c(bytes.substr(at, 8)));
    records.push_back(bytes.substr(at + 12, length));
    EXPECT_EQ(number_at<std::uint32_t>(bytes, at + 12 + length), masked_crc32c(records.back()));
    at += 16 + length;
  }
  return records;
}

// Layout by hand: wall time (9 bytes), step 3 as varint (10 03), then summary (2a) with one value
// (0a): tag (0a 04 "loss"), simple value (15 and four bytes).
TEST(TensorBoard, WritesEventsByTheBook) {
  const test::TempFolder folder;
  TensorBoardWriter writer(folder.path());
  writer.scalars(3, {{"loss", 0.5}});
  const auto files = files_in(folder.path());
  ASSERT_EQ(files.size(), 1U);
  EXPECT_THAT(files[0].filename().string(),
              testing::MatchesRegex("events\\.out\\.tfevents\\.[0-9]+\\.mien"));
  const auto records = records_of(read_file(files[0]));
  ASSERT_EQ(records.size(), 2U);
  EXPECT_THAT(records[0],
              testing::EndsWith("\x1A\x0D"
                                "brain.Event:2"));
  const std::string expected("\x10\x03\x2A\x0D\x0A\x0B\x0A\x04loss\x15\x00\x00\x00\x3F", 17);
  ASSERT_EQ(records[1].size(), 9 + expected.size());
  EXPECT_EQ(records[1][0], '\x09');
  EXPECT_EQ(records[1].substr(9), expected);
  EXPECT_GT(std::bit_cast<double>(number_at<std::uint64_t>(records[1], 1)), 1.6e9)
      << "seconds since 1970";
}

TEST(TensorBoard, LongStepsAndManyValues) {
  const test::TempFolder folder;
  TensorBoardWriter writer(folder.path());
  std::map<std::string, double> values;
  for (int i = 0; i < 40; ++i) values["score/" + std::to_string(i)] = i;
  writer.scalars(300, values);
  const auto records = records_of(read_file(files_in(folder.path())[0]));
  EXPECT_EQ(records[1].substr(9, 3), "\x10\xAC\x02") << "300 as a varint";
  EXPECT_THAT(records[1], testing::HasSubstr("score/39"));
}

TEST(TensorBoard, EachStartHasItsOwnFile) {
  const test::TempFolder folder;
  const TensorBoardWriter first(folder.path());
  const TensorBoardWriter second(folder.path());
  EXPECT_EQ(files_in(folder.path()).size(), 2U);
}

}  // namespace
}  // namespace mien
