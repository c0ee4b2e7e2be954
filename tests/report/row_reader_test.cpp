#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mien/core/files.h"
#include "mien/error.h"
#include "mien/report/rows.h"

#include "readings.h"
#include "temp_folder.h"

namespace mien {
namespace {

using test::frame_with;
using test::full_face;
using test::kSmallVocabulary;
using testing::HasSubstr;

std::vector<FrameReading> read_all(const std::filesystem::path& file, RowFormat format) {
  RowReader reader(file, format);
  std::vector<FrameReading> frames;
  FrameReading frame;
  while (reader.next(frame)) frames.push_back(frame);
  return frames;
}

void expect_same(const Prediction& read, const Prediction& expected) {
  EXPECT_EQ(read.valence, expected.valence);
  EXPECT_EQ(read.arousal, expected.arousal);
  EXPECT_EQ(read.expression, expected.expression);
  EXPECT_EQ(read.action_units, expected.action_units);
}

void expect_same(const FaceReading& read, const FaceReading& expected) {
  EXPECT_EQ(read.face_id, expected.face_id);
  EXPECT_EQ(read.box, expected.box);
  EXPECT_EQ(read.confidence, expected.confidence);
  EXPECT_EQ(read.landmarks, expected.landmarks);
  EXPECT_EQ(read.quality, expected.quality);
  ASSERT_EQ(read.pose.has_value(), expected.pose.has_value());
  if (read.pose) {
    EXPECT_EQ(read.pose->pitch, expected.pose->pitch);
    EXPECT_EQ(read.pose->yaw, expected.pose->yaw);
    EXPECT_EQ(read.pose->roll, expected.pose->roll);
  }
  expect_same(read.prediction, expected.prediction);
  ASSERT_EQ(read.adjusted.has_value(), expected.adjusted.has_value());
  if (read.adjusted) expect_same(*read.adjusted, *expected.adjusted);
}

/// Every number here is written exactly.
std::vector<FrameReading> sample_frames() {
  FaceReading first = full_face(1);
  first.prediction.valence = 0.25F;
  first.adjusted = first.prediction;
  first.adjusted->expression = {0.875F, 0.125F};
  FaceReading second = full_face(2);
  second.landmarks.reset();
  second.pose.reset();
  second.quality.reset();
  second.prediction = {};
  FaceReading unknown = full_face(0);
  unknown.prediction.valence.reset();
  unknown.prediction.action_units.clear();
  const std::string name = "a, \"b\"\nc.mp4";
  return {frame_with(name, 0, {first, second}),
          frame_with(name, 25, {}),
          frame_with(name, 50, {unknown, unknown}),
          frame_with("other", 50, {first})};
}

class RowsBack : public testing::TestWithParam<RowFormat> {};

TEST_P(RowsBack, WhatWasWrittenIsRead) {
  const test::TempFolder folder;
  RowOptions options;
  options.format = GetParam();
  options.vocabulary = kSmallVocabulary;
  options.readings = RowReadings::kRawAndAdjusted;
  RowWriter writer(folder / "rows", options);
  const std::vector<FrameReading> frames = sample_frames();
  for (const FrameReading& frame : frames) writer.write(frame);

  RowReader reader(writer.part(), GetParam());
  EXPECT_EQ(reader.vocabulary(), kSmallVocabulary);
  EXPECT_EQ(reader.readings(), RowReadings::kRawAndAdjusted);
  FrameReading read;
  for (const FrameReading& frame : frames) {
    ASSERT_TRUE(reader.next(read));
    EXPECT_EQ(read.input, frame.input);
    EXPECT_EQ(read.frame, frame.frame);
    EXPECT_EQ(read.timestamp, frame.timestamp);
    ASSERT_EQ(read.faces.size(), frame.faces.size());
    for (std::size_t i = 0; i < read.faces.size(); ++i) expect_same(read.faces[i], frame.faces[i]);
  }
  EXPECT_FALSE(reader.next(read));
}

TEST_P(RowsBack, ACutRowIsPassedOver) {
  const test::TempFolder folder;
  RowOptions options;
  options.format = GetParam();
  options.vocabulary = kSmallVocabulary;
  RowWriter writer(folder / "rows", options);
  writer.write(frame_with("a", 0, {full_face(1)}));
  writer.write(frame_with("a", 1, {full_face(1)}));
  const std::string whole = read_file(writer.part());
  folder.write("cut", whole.substr(0, whole.size() - 1));
  EXPECT_EQ(read_all(folder / "cut", GetParam()).size(), 1U);
}

TEST_P(RowsBack, APictureThatWasReadTwiceIsTwoFrames) {
  const test::TempFolder folder;
  RowOptions options;
  options.format = GetParam();
  options.vocabulary = kSmallVocabulary;
  RowWriter writer(folder / "rows", options);
  for (int i = 0; i < 2; ++i) writer.write(frame_with("a.jpg", 0, {full_face(1), full_face(2)}));
  const auto frames = read_all(writer.part(), GetParam());
  ASSERT_EQ(frames.size(), 2U);
  EXPECT_EQ(frames[1].faces.size(), 2U);
}

INSTANTIATE_TEST_SUITE_P(Formats, RowsBack, testing::Values(RowFormat::kCsv, RowFormat::kJsonl));

std::string refusal(const std::string& bytes, RowFormat format) {
  const test::TempFolder folder;
  try {
    read_all(folder.write("rows", bytes), format);
  } catch (const DataError& error) {
    return error.what();
  }
  return "";
}

std::string csv_with(const std::string& row) {
  RowOptions options;
  std::string text;
  for (const std::string& name : row_columns(options)) text += (text.empty() ? "" : ",") + name;
  return text + "\n" + row + "\n";
}

TEST(RowReader, RefusesWhatAreNoRows) {
  EXPECT_THAT(refusal("", RowFormat::kCsv), HasSubstr("header"));
  EXPECT_THAT(refusal("a,b\n1,2\n", RowFormat::kCsv), HasSubstr("docs/readings.md"));
  EXPECT_THAT(refusal("[1]\n", RowFormat::kJsonl), HasSubstr("rows:1: "));
  EXPECT_THAT(refusal("{\"input\":[]}\n", RowFormat::kJsonl), HasSubstr("input"));
  EXPECT_EQ(refusal("", RowFormat::kJsonl), "");
  EXPECT_THAT(refusal(std::string(3 << 20, 'x'), RowFormat::kCsv), HasSubstr("megabyte"));
}

TEST(RowReader, NamesTheLineAndTheColumn) {
  EXPECT_THAT(refusal(csv_with("a,0"), RowFormat::kCsv), HasSubstr("rows:2: 2 cells"));
  EXPECT_THAT(refusal(csv_with("a,x,0,,0" + std::string(19, ',')), RowFormat::kCsv),
              HasSubstr("rows:2: frame is \"x\""));
  EXPECT_THAT(refusal(csv_with("a,0,0,1,1" + std::string(19, ',')), RowFormat::kCsv),
              HasSubstr("rows:2: confidence is \"\""));
}

TEST(RowReader, SaysWhatCannotBeRead) {
  const test::TempFolder folder;
  EXPECT_THROW(RowReader(folder / "none.csv", RowFormat::kCsv), DataError);
  EXPECT_THROW(RowReader(folder.path(), RowFormat::kCsv), DataError);
  EXPECT_THROW(RowReader(folder / "none.txt", RowFormat::kAbaw), UsageError);
}

}  // namespace
}  // namespace mien
