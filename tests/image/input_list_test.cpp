#include "mien/image/input_list.h"

#include <algorithm>
#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mien/image/image.h"

#include "pictures.h"
#include "sample_files.h"
#include "temp_folder.h"

namespace mien {
namespace {

namespace fs = std::filesystem;

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::vector<std::string> names_of(const InputList& list, const fs::path& below) {
  std::vector<std::string> names;
  names.reserve(list.inputs.size());
  for (const Input& input : list.inputs)
    names.push_back(fs::path(input.name).lexically_relative(below));
  return names;
}

TEST(NaturalLess, NumbersInNames) {
  const std::vector<std::string> sorted = {"",
                                           "1",
                                           "2",
                                           "10",
                                           "a",
                                           "A1",
                                           "a2",
                                           "a02b",
                                           "a10",
                                           "a10b",
                                           "b",
                                           "frame 9.png",
                                           "Frame 10.png"};
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    for (std::size_t j = 0; j < sorted.size(); ++j) {
      EXPECT_EQ(natural_less(sorted[i], sorted[j]), i < j) << sorted[i] << " | " << sorted[j];
    }
  }
}

TEST(NaturalLess, IsAStrictOrder) {
  EXPECT_NE(natural_less("a1", "a01"), natural_less("a01", "a1"));
  EXPECT_NE(natural_less("A", "a"), natural_less("a", "A"));
  EXPECT_FALSE(natural_less("x007", "x007"));
  EXPECT_TRUE(natural_less("99999999999999999999998", "99999999999999999999999"));
}

TEST(InputList, FoldersInNaturalOrder) {
  const test::TempFolder folder;
  for (const char* name :
       {"p10.bmp", "p9.bmp", "P1.bmp", "sub/q.bmp", "sub/deep/r.bmp", "a/s.bmp"}) {
    folder.write(name, test::bmp_pair());
  }
  const std::string top = folder.path().string();
  const InputList flat = list_inputs({top});
  EXPECT_THAT(names_of(flat, top), ElementsAre("P1.bmp", "p9.bmp", "p10.bmp"));
  EXPECT_EQ(flat.folders, 2);
  const InputList all = list_inputs({top}, {.recursive = true});
  EXPECT_THAT(names_of(all, top),
              ElementsAre("P1.bmp", "p9.bmp", "p10.bmp", "a/s.bmp", "sub/q.bmp", "sub/deep/r.bmp"));
  EXPECT_EQ(all.folders, 0);
  EXPECT_THAT(all.failures, IsEmpty());
}

TEST(InputList, KindsGoByContent) {
  const test::TempFolder folder;
  folder.write("a.jpg", test::bmp_pair());
  folder.write("b.bmp", "GIF89a");
  folder.write("c.mp4", "");  // broken, but not to be passed over in silence
  const InputList list = list_inputs({folder.path().string()});
  ASSERT_EQ(list.inputs.size(), 3U);
  EXPECT_EQ(list.inputs[0].kind, InputKind::kPicture);
  EXPECT_EQ(list.inputs[1].kind, InputKind::kVideo);
  EXPECT_EQ(list.inputs[2].kind, InputKind::kVideo);
}

TEST(InputList, WhatIsPassedOverIsCounted) {
  const test::TempFolder folder;
  folder.write("a.bmp", test::bmp_pair());
  folder.write("notes.txt", "hello");
  folder.write("README", "hello");
  folder.write(".hidden.bmp", test::bmp_pair());
  folder.write(".cache/b.bmp", test::bmp_pair());
  folder.write("a.mien.png", encode_png(test::rough(4, 4)));
  folder.write("clip.mien.mp4", "x");
  folder.write("clip.timeline.png", encode_png(test::rough(4, 4)));
  ASSERT_EQ(symlink("nowhere", (folder / "broken.bmp").c_str()), 0);
  const InputList list = list_inputs({folder.path().string()}, {.recursive = true});
  EXPECT_THAT(names_of(list, folder.path()), ElementsAre("a.bmp"));
  EXPECT_EQ(list.other, 3);
  EXPECT_EQ(list.hidden, 2);
  EXPECT_EQ(list.own, 3);
  EXPECT_THAT(list.failures, IsEmpty());
}

TEST(InputList, WhatIsNamedIsTaken) {
  const test::TempFolder folder;
  const std::string hidden = folder.write(".hidden.bmp", test::bmp_pair()).string();
  const std::string own = folder.write("a.mien.png", encode_png(test::rough(4, 4))).string();
  const std::string strange = folder.write("data.bin", "unknown").string();
  const InputList list = list_inputs({strange, own, hidden});
  EXPECT_THAT(list.inputs,
              ElementsAre(Input{strange, InputKind::kVideo},  // its reader will say what is wrong
                          Input{own, InputKind::kPicture},
                          Input{hidden, InputKind::kPicture}));
}

TEST(InputList, NothingIsReadTwice) {
  const test::TempFolder folder;
  const std::string file = folder.write("in/a.bmp", test::bmp_pair()).string();
  folder.write("in/b.bmp", test::bmp_pair());
  fs::create_directory_symlink(folder / "in", folder / "in" / "loop");
  const std::string in = (folder / "in").string();
  const InputList list = list_inputs({file, in, in + "/../in/a.bmp", in}, {.recursive = true});
  EXPECT_THAT(names_of(list, in), ElementsAre("a.bmp", "b.bmp"));
  EXPECT_EQ(list.repeated, 4);
}

TEST(InputList, CamerasAndPipes) {
  const test::TempFolder folder;
  const std::string pipe = (folder / "pipe").string();
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  const InputList list = list_inputs({"camera:0", pipe, "camera:0", "camera:x"});
  EXPECT_THAT(list.inputs,
              ElementsAre(Input{"camera:0", InputKind::kCamera}, Input{pipe, InputKind::kCamera}));
  EXPECT_EQ(list.repeated, 1);
  ASSERT_EQ(list.failures.size(), 1U);
  EXPECT_THAT(list.failures[0].message, HasSubstr("camera:x"));
  const InputList inside = list_inputs({folder.path().string()});
  EXPECT_THAT(inside.inputs, IsEmpty()) << "a pipe in a folder would make everybody wait";
  EXPECT_EQ(inside.other, 1);
}

TEST(InputList, OneBadNameDoesNotStopTheOthers) {
  const test::TempFolder folder;
  const std::string good = folder.write("a.bmp", test::bmp_pair()).string();
  const std::string missing = (folder / "none.mp4").string();
  const InputList list = list_inputs({missing, good});
  EXPECT_THAT(list.inputs, ElementsAre(Input{good, InputKind::kPicture}));
  ASSERT_EQ(list.failures.size(), 1U);
  EXPECT_EQ(list.failures[0].name, missing);
  EXPECT_EQ(list.failures[0].message, missing + ": no such file or folder");
}

TEST(InputList, EmptyFolderAndNoNames) {
  const test::TempFolder folder;
  EXPECT_THAT(list_inputs({folder.path().string()}).inputs, IsEmpty());
  EXPECT_THAT(list_inputs({}).inputs, IsEmpty());
}

}  // namespace
}  // namespace mien
