#include "mien/cli/crop_writer.h"

#include <filesystem>
#include <string>

#include <gtest/gtest.h>

#include "mien/core/files.h"
#include "mien/error.h"

#include "temp_folder.h"

namespace mien::cli {
namespace {

namespace fs = std::filesystem;

FrameReading two_faces(std::int64_t number) {
  FrameReading frame;
  frame.input = "a, b.mp4";
  frame.frame = number;
  frame.timestamp = static_cast<double>(number) / 25;
  for (std::int64_t id = 1; id <= 2; ++id) {
    FaceReading face;
    face.face_id = id;
    face.box = {1, 2, 16, 16};
    face.confidence = 0.5;
    frame.faces.push_back(face);
  }
  return frame;
}

CropFormat small() {
  CropFormat format;
  format.crop.size = 16;
  return format;
}

TEST(CropWriter, UsesTheChallengesNames) {
  const test::TempFolder folder;
  CropWriter writer(folder.path(), small(), [](const std::string&) { return true; });
  const Image image(32, 32);
  EXPECT_EQ(writer.write({"a, b.mp4", InputKind::kVideo}, "a, b", image, two_faces(9)), 2);
  EXPECT_EQ(writer.write({"c.jpg", InputKind::kPicture}, "d/c", image, two_faces(0)), 2);
  for (const char* name :
       {"a, b/00010.jpg", "a, b_person2/00010.jpg", "d/c.jpg", "d/c_person2.jpg"}) {
    const fs::path file = folder / "cropped_aligned" / name;
    ASSERT_TRUE(fs::exists(file)) << name;
    EXPECT_EQ(read_image(file).width, 16);
  }
  const std::string log = read_file(folder / "crops.csv");
  EXPECT_EQ(log.substr(0, log.find('\n')),
            "image,input,frame,timestamp,face_id,confidence,x,y,width,height,quality");
  EXPECT_NE(log.find("\n\"a, b/00010.jpg\",\"a, b.mp4\",9,0.360,1,0.5000,1.00,2.00,16.00,16.00,\n"),
            std::string::npos)
      << log;
}

TEST(CropWriter, KeepsTheRowsThatAreToStay) {
  const test::TempFolder folder;
  const auto write = [](CropWriter& writer, const std::string& input) {
    FrameReading frame = two_faces(0);
    frame.input = input;
    writer.write({input, InputKind::kPicture}, input.substr(0, 1), Image(32, 32), frame);
  };
  const auto rows = [&] { return read_file(folder / "crops.csv"); };
  const auto all = [](const std::string&) { return true; };
  std::string first;
  {
    CropWriter writer(folder.path(), small(), all);
    write(writer, "a, \"b\".jpg");
    writer.end_input(true);
    first = rows();
    write(writer, "b.jpg");
    writer.end_input(false);
    EXPECT_EQ(rows(), first) << "rows of an input that failed go again";
    write(writer, "c.jpg");
    writer.end_input(true);
  }
  const std::string both = rows();
  const CropWriter same(folder.path(), small(), all);
  EXPECT_EQ(rows(), both);
  append_record(folder / "crops.csv", "what a kill left");
  const CropWriter less(
      folder.path(), small(), [](const std::string& input) { return input != "c.jpg"; });
  EXPECT_EQ(rows(), first);
}

TEST(CropWriter, AListOfSomebodyElseIsNotOverwritten) {
  const test::TempFolder folder;
  folder.write("crops.csv", "wheat,barley\n1,2\n");
  const auto all = [](const std::string&) { return true; };
  EXPECT_THROW(CropWriter(folder.path(), small(), all), DataError);
}

}  // namespace
}  // namespace mien::cli
