#include "mien/report/rows.h"

#include <clocale>
#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "mien/core/files.h"
#include "mien/core/text.h"
#include "mien/error.h"

#include "full_disk.h"
#include "readings.h"
#include "temp_folder.h"

namespace mien {
namespace {

namespace fs = std::filesystem;
using test::frame_with;
using test::full_face;
using test::kSmallVocabulary;
using test::small_prediction;
using testing::ElementsAre;
using testing::HasSubstr;

const std::string kGeometry =
    "input,frame,timestamp,face_id,success,confidence,x,y,width,height,left_eye_x,left_eye_y,"
    "right_eye_x,right_eye_y,nose_x,nose_y,mouth_left_x,mouth_left_y,mouth_right_x,mouth_right_y,"
    "pitch,yaw,roll,quality";
const std::string kReading =
    ",valence,arousal,expression,p_neutral,p_happiness,AU01,AU12,"
    "AU01_c,AU12_c";

RowOptions options_of(RowFormat format) {
  RowOptions options;
  options.format = format;
  options.vocabulary = kSmallVocabulary;
  return options;
}

std::string written(const RowOptions& options, const std::vector<FrameReading>& frames) {
  const test::TempFolder folder;
  RowWriter writer(folder / "rows", options);
  for (const FrameReading& frame : frames) writer.write(frame);
  writer.finish();
  return read_file(folder / "rows");
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (const std::string_view line : split(text, '\n')) lines.emplace_back(line);
  return lines;
}

TEST(RowWriter, CsvHasTheColumnsInOrder) {
  const std::string text =
      written(options_of(RowFormat::kCsv), {frame_with("clip.mp4", 3, {full_face(2)})});
  EXPECT_EQ(text,
            kGeometry + kReading + "\n" +
                "clip.mp4,3,0.120,2,1,0.9375,10.25,-2.00,100.00,120.50,40.00,50.00,80.00,51.00,"
                "60.00,70.00,45.00,90.50,75.00,91.00,-4.50,10.00,0.25,0.5000,"
                "1.000000,-0.500000,happiness,0.250000,0.750000,0.500000,0.437500,1,0\n");
}

TEST(RowWriter, AFrameWithoutFacesHasARow) {
  const std::string text = written(options_of(RowFormat::kCsv), {frame_with("a", 0, {})});
  EXPECT_EQ(lines_of(text)[1], "a,0,0.000,,0" + std::string(19 + 9, ','));
}

TEST(RowWriter, CellsAreEmptyWhereNothingIsKnown) {
  FaceReading face;
  face.confidence = 1;
  face.box = {0, 0, 112, 112};
  const std::string text = written(options_of(RowFormat::kCsv), {frame_with("a", 0, {face})});
  EXPECT_EQ(lines_of(text)[1],
            "a,0,0.000,0,1,1.0000,0.00,0.00,112.00,112.00" + std::string(14 + 9, ','));
}

TEST(RowWriter, OnlyWhatTheNetworkGivesHasColumns) {
  RowOptions options = options_of(RowFormat::kCsv);
  options.vocabulary = {{"anger"}, {}, false};
  EXPECT_EQ(written(options, {}), kGeometry + ",expression,p_anger\n");
  options.vocabulary = {{}, {"AU04"}, true};
  EXPECT_EQ(written(options, {}), kGeometry + ",valence,arousal,AU04,AU04_c\n");
}

TEST(RowWriter, RawColumnsStayBesideTheAdjustedOnes) {
  RowOptions options = options_of(RowFormat::kCsv);
  options.vocabulary = {{"anger", "fear"}, {}, true};
  options.readings = RowReadings::kRawAndAdjusted;
  FaceReading face = full_face(1);
  face.prediction = {0.5F, 0.25F, {0.75F, 0.25F}, {}};
  face.adjusted = Prediction{-0.5F, 0.125F, {0.25F, 0.75F}, {}};
  FaceReading other = full_face(2);
  other.prediction = face.prediction;
  const auto lines = lines_of(written(options, {frame_with("a", 0, {face, other})}));
  EXPECT_THAT(lines[0],
              HasSubstr(",quality,valence,arousal,expression,p_anger,p_fear,adjusted_valence,"
                        "adjusted_arousal,adjusted_expression,adjusted_p_anger,adjusted_p_fear"));
  EXPECT_THAT(lines[1],
              HasSubstr(",0.500000,0.250000,anger,0.750000,0.250000,"
                        "-0.500000,0.125000,fear,0.250000,0.750000"));
  EXPECT_THAT(lines[2], HasSubstr(",anger,0.750000,0.250000,,,,,"));
}

TEST(RowWriter, JsonHasTheSameNamesInEveryRow) {
  const auto lines =
      lines_of(written(options_of(RowFormat::kJsonl),
                       {frame_with("a\"b", 25, {full_face(7)}), frame_with("\xff", 26, {})}));
  const auto face = nlohmann::ordered_json::parse(lines[0]);
  const auto nobody = nlohmann::ordered_json::parse(lines[1]);
  std::string names;
  for (const auto& [name, value] : face.items()) names += (names.empty() ? "" : ",") + name;
  EXPECT_EQ(names, kGeometry + kReading);
  EXPECT_EQ(face["input"], "a\"b");
  EXPECT_EQ(face["timestamp"], 1.0);
  EXPECT_TRUE(face["timestamp"].is_number_float());
  EXPECT_EQ(face["height"], 120.5);
  EXPECT_EQ(face["AU12_c"], 0);
  EXPECT_EQ(nobody.size(), face.size());
  EXPECT_EQ(nobody["success"], 0);
  EXPECT_TRUE(nobody["face_id"].is_null());
  EXPECT_TRUE(nobody["valence"].is_null());
}

TEST(RowWriter, NumbersThatAreNoneAreAbsent) {
  FaceReading face = full_face(1);
  face.prediction.valence = NAN;
  face.pose->yaw = INFINITY;
  const auto lines = lines_of(written(options_of(RowFormat::kJsonl), {frame_with("a", 0, {face})}));
  const auto row = nlohmann::json::parse(lines[0]);
  EXPECT_TRUE(row["valence"].is_null());
  EXPECT_TRUE(row["yaw"].is_null());
}

TEST(RowWriter, DecimalPointWhateverTheLocale) {
  const char* const german = std::setlocale(LC_ALL, "de_DE.UTF-8");
  if (german == nullptr) GTEST_SKIP() << "needs the locale de_DE.UTF-8";
  const std::string text =
      written(options_of(RowFormat::kCsv), {frame_with("a", 1, {full_face(1)})});
  std::setlocale(LC_ALL, "C");
  EXPECT_THAT(text, HasSubstr("a,1,0.040,1,1,0.9375,"));
}

TEST(RowWriter, ThresholdsDecideUnitByUnit) {
  RowOptions options = options_of(RowFormat::kCsv);
  options.thresholds = {0.6, 0.4};
  EXPECT_THAT(written(options, {frame_with("a", 0, {full_face(1)})}), HasSubstr(",0,1\n"));
  options.thresholds = {0.6};
  EXPECT_THROW(written(options, {frame_with("a", 0, {full_face(1)})}), UsageError);
}

RowOptions abaw_options() {
  RowOptions options;
  options.format = RowFormat::kAbaw;
  options.vocabulary = abaw_mtl_vocabulary();
  return options;
}

/// One whose valence says who it is.
FaceReading abaw_face(std::int64_t id, float side) {
  FaceReading face;
  face.face_id = id;
  face.box = {0, 0, side, side};
  face.prediction.valence = static_cast<float>(id) / 10;
  face.prediction.arousal = 0.0F;
  face.prediction.expression.assign(8, 0.0F);
  face.prediction.expression[4] = 1.0F;
  face.prediction.action_units.assign(12, 0.75F);
  return face;
}

TEST(RowWriter, AbawNamesFramesFromOne) {
  EXPECT_EQ(written(abaw_options(),
                    {frame_with("films/a.b.mp4", 0, {abaw_face(1, 50)}),
                     frame_with("films/a.b.mp4", 123456, {})}),
            "image,valence,arousal,expression,aus\n"
            "a.b/00001.jpg,0.100000,0.000000,4,1,1,1,1,1,1,1,1,1,1,1,1\n"
            "a.b/123457.jpg,-5,-5,-1,-1,-1,-1,-1,-1,-1,-1,-1,-1,-1,-1,-1\n");
}

TEST(RowWriter, AbawNamesFilesByTheirFolder) {
  RowOptions options = abaw_options();
  options.abaw_names = AbawNames::kFiles;
  EXPECT_THAT(
      written(options, {frame_with("set/V1/00007.jpg", 0, {}), frame_with("00008.jpg", 0, {})}),
      testing::AllOf(HasSubstr("\nV1/00007.jpg,-5"), HasSubstr("\n00008.jpg,-5")));
}

TEST(RowWriter, AbawStaysWithThePersonUntilAnotherIsMuchLarger) {
  const auto lines = lines_of(
      written(abaw_options(),
              {frame_with("v", 0, {abaw_face(1, 50), abaw_face(2, 60)}),     // the largest
               frame_with("v", 1, {abaw_face(1, 70), abaw_face(2, 60)}),     // stays
               frame_with("v", 2, {abaw_face(1, 90), abaw_face(2, 60)}),     // over twice the area
               frame_with("v", 3, {abaw_face(2, 60), abaw_face(3, 50)}),     // gone
               frame_with("w", 0, {abaw_face(2, 60), abaw_face(3, 65)})}));  // another input
  const std::vector<std::string> chosen = {"0.2", "0.2", "0.1", "0.2", "0.3"};
  for (std::size_t i = 0; i < chosen.size(); ++i) {
    EXPECT_THAT(lines[i + 1], HasSubstr(".jpg," + chosen[i])) << "frame " << i;
  }
}

TEST(RowWriter, AbawTakesTheAdjustedReading) {
  FaceReading face = abaw_face(1, 50);
  face.adjusted = face.prediction;
  face.adjusted->valence = -0.75F;
  EXPECT_THAT(written(abaw_options(), {frame_with("v", 0, {face})}),
              HasSubstr("v/00001.jpg,-0.750000,"));
}

TEST(RowWriter, AbawSaysWhatIsLacking) {
  const test::TempFolder folder;
  RowOptions options = options_of(RowFormat::kAbaw);
  EXPECT_THROW(RowWriter(folder / "rows.txt", options), UsageError);
  EXPECT_TRUE(fs::is_empty(folder.path()));
}

TEST(RowWriter, RowsStandInAPartUntilTheyAreFinished) {
  const test::TempFolder folder;
  const fs::path file = folder.write("clip.csv", "the one before");
  folder.write("clip.csv.part", "left by a kill");
  {
    RowWriter writer(file, options_of(RowFormat::kCsv));
    writer.write(frame_with("a", 0, {full_face(1), full_face(2)}));
    EXPECT_EQ(lines_of(read_file(folder / "clip.csv.part")).size(), 4U) << "header, two, end";
    EXPECT_EQ(read_file(file), "the one before");
  }
  EXPECT_TRUE(fs::exists(folder / "clip.csv.part"));
  EXPECT_EQ(read_file(file), "the one before");
  RowWriter(file, options_of(RowFormat::kCsv)).finish();
  EXPECT_EQ(read_file(file), kGeometry + kReading + "\n");
  EXPECT_FALSE(fs::exists(folder / "clip.csv.part"));
}

TEST(RowWriter, AFullDiskLeavesWholeFrames) {
  const test::TempFolder folder;
  const fs::path file = folder.write("clip.csv", "the one before");
  RowWriter writer(file, options_of(RowFormat::kCsv));
  {
    const test::FullDisk full(1000);
    EXPECT_THROW(for (int i = 0; i < 10; ++i) writer.write(frame_with("a", i, {full_face(1)})),
                 FailureError);
  }
  const std::string part = read_file(writer.part());
  EXPECT_LE(part.size(), 1000U);
  EXPECT_EQ(part.back(), '\n');
  EXPECT_EQ(read_file(file), "the one before");
}

TEST(RowWriter, SaysWhereItCannotWrite) {
  const test::TempFolder folder;
  const fs::path file = folder / "no such folder" / "a.csv";
  EXPECT_THROW(RowWriter(file, options_of(RowFormat::kCsv)), FailureError);
}

TEST(RowFormat, ByName) {
  EXPECT_EQ(row_format("jsonl"), RowFormat::kJsonl);
  EXPECT_EQ(row_ending(RowFormat::kAbaw), ".txt");
  EXPECT_THROW(row_format("xml"), UsageError);
}

}  // namespace
}  // namespace mien
