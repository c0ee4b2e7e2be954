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
  for (int x = 5; x < 35; ++x) {
    for (int y = 15; y < 25; ++y) image.row(y)[static_cast<std::size_t>(x) * 3] = 200;
  }
  EXPECT_EQ(red_columns(change_named("5 % larger").apply(image)), 28);
  EXPECT_EQ(red_columns(change_named("5 % smaller").apply(image)), 32);
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

TEST(VideoChanges, ChangeColoursAsTheySay) {
  const Image image = red_corner();
  const auto red = [&](const std::string& name) {
    return static_cast<int>(red_of(change_named(name).apply(image), 30, 20));
  };
  EXPECT_NEAR(red("brightness x 0.7"), 140, 1);
  EXPECT_NEAR(red("brightness x 1.3"), 255, 1);  // of 260
  const Image grey = change_named("grey").apply(image);
  const std::uint8_t* pixel = grey.row(20) + std::ptrdiff_t{30} * 3;
  EXPECT_EQ(pixel[0], pixel[1]);
  EXPECT_EQ(pixel[0], pixel[2]);
  EXPECT_GT(pixel[0], 0);
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
