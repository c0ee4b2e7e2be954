#include "mien/cli/crop_writer.h"

#include <filesystem>
#include <string>

#include <gtest/gtest.h>

#include "mien/core/files.h"

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

InputOptions small() {
  InputOptions options;
  options.size = 16;
  return options;
}

TEST(CropWriter, UsesTheChallengesNames) {
  const test::TempFolder folder;
  CropWriter writer(folder.path(), small(), 0);
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

TEST(CropWriter, GoesOnFromWhereTheLogWasWhole) {
  const test::TempFolder folder;
  std::int64_t size = 0;
  {
    CropWriter writer(folder.path(), small(), 0);
    writer.write({"a.jpg", InputKind::kPicture}, "a", Image(32, 32), two_faces(0));
    size = writer.log_size();
    writer.write({"b.jpg", InputKind::kPicture}, "b", Image(32, 32), two_faces(0));
  }
  EXPECT_EQ(CropWriter(folder.path(), small(), size).log_size(), size);
  EXPECT_LT(CropWriter(folder.path(), small(), 0).log_size(), size) << "begun anew";
}

}  // namespace
}  // namespace mien::cli
