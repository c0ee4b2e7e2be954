#include "mien/evaluate/folds.h"

#include <algorithm>
#include <map>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mien {
namespace {

SampleSet videos(const std::vector<int>& frames, const std::string& name = "list") {
  SampleSet set;
  for (std::size_t video = 0; video < frames.size(); ++video) {
    for (int i = 0; i < frames[video]; ++i) {
      Sample sample;
      sample.file = name + "/" + std::to_string(video) + "/" + std::to_string(i) + ".jpg";
      set.samples.push_back(sample);
    }
  }
  return set;
}

TEST(DealFolds, PicturesOfOneFolderAreDealtInTurn) {
  EXPECT_THAT(deal_folds({videos({7})}, 3), testing::ElementsAre(0, 1, 2, 0, 1, 2, 0));
}

TEST(DealFolds, AVideoStaysTogetherAndFoldsAreLevel) {
  const SampleSet set = videos({9, 1, 4, 4, 2, 6, 3, 7});  // 36 frames
  const std::vector<std::int64_t> folds = deal_folds({set}, 3);
  std::map<std::string, std::set<std::int64_t>> of_video;
  std::map<std::int64_t, int> sizes;
  for (std::size_t i = 0; i < folds.size(); ++i) {
    of_video[set.samples[i].file.parent_path().string()].insert(folds[i]);
    ++sizes[folds[i]];
  }
  for (const auto& [video, in] : of_video) EXPECT_EQ(in.size(), 1U) << video;
  ASSERT_EQ(sizes.size(), 3U);
  for (const auto& [fold, size] : sizes) EXPECT_NEAR(size, 12, 1) << fold;
}

TEST(DealFolds, FoldersOfClassesAreNoVideos) {
  SampleSet set = videos({5, 5, 5, 5, 5, 5});
  for (std::size_t i = 0; i < set.samples.size(); ++i) {
    set.samples[i].label.expression = static_cast<int>(i / 5);
  }
  const std::vector<std::int64_t> folds = deal_folds({set}, 3);
  for (std::size_t i = 0; i < folds.size(); ++i) EXPECT_EQ(folds[i], static_cast<int>(i % 3)) << i;
  // Two videos of one class: folders of people, and each stays together.
  for (Sample& sample : set.samples) sample.label.expression /= 2;
  const std::vector<std::int64_t> people = deal_folds({set}, 3);
  for (std::size_t i = 0; i < people.size(); ++i) EXPECT_EQ(people[i], people[i / 5 * 5]) << i;
}

TEST(DealFolds, ListsFollowEachOther) {
  const std::vector<std::int64_t> folds = deal_folds({videos({2}, "a"), videos({3}, "b")}, 2);
  EXPECT_THAT(folds, testing::ElementsAre(0, 1, 0, 1, 0));
}

}  // namespace
}  // namespace mien
