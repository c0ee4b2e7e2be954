#include "mien/cli/output_names.h"

#include <gtest/gtest.h>

#include "mien/cli/work_state.h"

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

TEST(OutputNames, AnInputKeepsItsNameOverCalls) {
  const test::TempFolder folder;
  const std::string one = folder.write("a/clip.mp4", "").string();
  const std::string two = folder.write("b/clip.mp4", "").string();
  OutputNames names({one});
  names.remember({{file_key(two), "clip"}, {file_key(folder / "c.mp4"), "clip-2"}});
  EXPECT_EQ(names.name_of({one, InputKind::kVideo}), "clip-3");
  EXPECT_EQ(names.name_of({two, InputKind::kVideo}), "clip");
}

TEST(OutputNames, CropsOfFurtherPeopleMeetNoPicture) {
  const test::TempFolder folder;
  OutputNames names({}, OutputNames::Folders::kNamedToo);
  EXPECT_EQ(names.name_of(picture(folder.write("a/x_person2.jpg", "").string())), "a/x_person2-2");
  EXPECT_EQ(names.name_of(picture(folder.write("a/x_person.jpg", "").string())), "a/x_person");
}

TEST(OutputNames, FramesOfAVideoMeetNoPicture) {
  const test::TempFolder folder;
  const auto file = [&](const std::string& name) { return folder.write(name, "").string(); };
  OutputNames names({}, OutputNames::Folders::kNamedToo);
  EXPECT_EQ(names.name_of(picture(file("clip/00001.jpg"))), "clip/00001");
  EXPECT_EQ(names.name_of({file("clip.mp4"), InputKind::kVideo}), "clip-2");
  EXPECT_EQ(names.name_of({file("walk.mp4"), InputKind::kVideo}), "walk");
  EXPECT_EQ(names.name_of(picture(file("walk/00001.jpg"))), "walk-2/00001");
  EXPECT_EQ(names.name_of(picture(file("walk/00002.jpg"))), "walk-2/00002");
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
