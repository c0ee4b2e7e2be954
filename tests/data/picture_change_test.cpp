#include "mien/data/picture_change.h"

#include <cstddef>
#include <cstdint>
#include <string>

#include <gtest/gtest.h>

#include "mien/data/pictures.h"
#include "mien/error.h"

#include "made_sets.h"

namespace mien {
namespace {

const PictureChange& change_named(const std::string& name) {
  for (const PictureChange& change : video_changes()) {
    if (change.name == name) return change;
  }
  throw UsageError("no such change");
}

std::uint8_t red_of(const Image& image, int x, int y) {
  return image.row(y)[static_cast<std::size_t>(x) * 3];
}

/// 40 x 40, red at the lower right: from column 20 and row 10 on.
Image red_corner() {
  Image image(40, 40);
  for (int x = 20; x < 40; ++x) {
    for (int y = 10; y < 40; ++y) image.row(y)[static_cast<std::size_t>(x) * 3] = 200;
  }
  return image;
}

int red_columns(const Image& image) {
  int count = 0;
  for (int x = 0; x < image.width; ++x) count += red_of(image, x, 20) > 100 ? 1 : 0;
  return count;
}

int red_rows(const Image& image) {
  int count = 0;
  for (int y = 0; y < image.height; ++y) count += red_of(image, 30, y) > 100 ? 1 : 0;
  return count;
}

TEST(VideoChanges, MoveTheBoxAndGoOnWithItsEdge) {
  const Image image = red_corner();
  EXPECT_EQ(red_columns(change_named("moved right by 5 %").apply(image)), 22);
  EXPECT_EQ(red_columns(change_named("moved left by 5 %").apply(image)), 18);
  EXPECT_EQ(red_rows(change_named("moved down by 5 %").apply(image)), 32);
  EXPECT_EQ(red_rows(change_named("moved up by 5 %").apply(image)), 28);
  EXPECT_EQ(red_columns(change_named("moved up by 5 %").apply(image)), 20);
}

TEST(VideoChanges, ALargerBoxShowsMore) {
  Image image(40, 40);
  for (int x = 15; x < 25; ++x) image.row(20)[static_cast<std::size_t>(x) * 3] = 200;
  const int before = red_columns(image);
  EXPECT_LE(red_columns(change_named("5 % larger").apply(image)), before);
  EXPECT_GE(red_columns(change_named("5 % smaller").apply(image)), before);
}

TEST(VideoChanges, KeepTheSizeAndChangeSomething) {
  const Image image = red_corner();
  for (const PictureChange& change : video_changes()) {
    const Image changed = change.apply(image);
    EXPECT_EQ(changed.width, 40) << change.name;
    EXPECT_EQ(changed.height, 40) << change.name;
    EXPECT_FALSE(changed == image) << change.name;
  }
}

TEST(ChangedSets, AreReadChanged) {
  const test::TempFolder folder;
  const std::vector<SampleSet> sets = {test::made_set(folder, 5, "a"),
                                       test::made_set(folder, 2, "b")};
  for (const PictureChange& change : video_changes()) {
    const std::vector<SampleSet> changed = changed_sets(sets, change);
    ASSERT_EQ(changed.size(), 2u);
    for (std::size_t set = 0; set < 2; ++set) {
      ASSERT_EQ(changed[set].samples.size(), sets[set].samples.size());
      for (std::size_t i = 0; i < sets[set].samples.size(); ++i) {
        const Image plain = read_picture(sets[set].samples[i]);
        EXPECT_TRUE(read_picture(changed[set].samples[i]) == change.apply(plain)) << change.name;
      }
    }
  }
}

}  // namespace
}  // namespace mien
