#include "mien/cli/output_names.h"

#include <gtest/gtest.h>

#include "temp_folder.h"

namespace mien::cli {
namespace {

Input picture(const std::string& name) {
  return {name, InputKind::kPicture};
}

TEST(OutputNames, KeepThePathBelowTheNamedFolder) {
  const test::TempFolder folder;
  folder.write("a/b/one.jpg", "");
  const std::string root = folder.path().string();
  OutputNames names({root + "/a", "elsewhere/two.png"});
  EXPECT_EQ(names.name_of(picture(root + "/a/b/one.jpg")), "b/one");
  EXPECT_EQ(names.name_of(picture("elsewhere/two.png")), "two");
  EXPECT_EQ(names.name_of(picture("../up/three.tar.jpg")), "three.tar");
}

TEST(OutputNames, AreNeverGivenTwice) {
  OutputNames names({});
  names.reserve("pictures");
  EXPECT_EQ(names.name_of(picture("a/x.jpg")), "x");
  EXPECT_EQ(names.name_of(picture("b/x.jpg")), "x-2");
  EXPECT_EQ(names.name_of(picture("b/x-2.png")), "x-2-2");
  EXPECT_EQ(names.name_of({"x.mp4", InputKind::kVideo}), "x-3");
  EXPECT_EQ(names.name_of(picture("pictures.jpg")), "pictures-2");
}

TEST(OutputNames, CamerasHaveNamesThatAreFiles) {
  OutputNames names({"camera:0"});
  EXPECT_EQ(names.name_of({"camera:0", InputKind::kCamera}), "camera-0");
  EXPECT_EQ(names.name_of({"/dev/video1", InputKind::kCamera}), "video1");
}

TEST(OutputNames, WithTheNamedFolderForPictures) {
  const test::TempFolder folder;
  folder.write("holiday/sea/one.jpg", "");
  const std::string named = (folder / "holiday").string();
  OutputNames names({named}, OutputNames::Folders::kNamedToo);
  EXPECT_EQ(names.name_of(picture(named + "/sea/one.jpg")), "holiday/sea/one");
  EXPECT_EQ(names.name_of({named + "/clip.mp4", InputKind::kVideo}), "clip");
  OutputNames files({}, OutputNames::Folders::kNamedToo);
  EXPECT_EQ(files.name_of(picture(named + "/sea/one.jpg")), "sea/one");
}

}  // namespace
}  // namespace mien::cli
