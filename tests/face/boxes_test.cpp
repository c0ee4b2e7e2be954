#include "mien/face/boxes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mien {
namespace {

TEST(Boxes, OverlapsAreParts) {
  const Box square{0, 0, 10, 10};
  const Box shifted{5, 0, 10, 10};
  EXPECT_FLOAT_EQ(shared_area(square, shifted), 50);
  EXPECT_FLOAT_EQ(overlap_of_union(square, shifted), 1.0F / 3);
  EXPECT_FLOAT_EQ(overlap_of_smaller(square, shifted), 0.5F);
  EXPECT_FLOAT_EQ(overlap_of_union(square, square), 1);
}

TEST(Boxes, ABoxInsideAnotherIsAllShared) {
  const Box large{0, 0, 10, 10};
  const Box small{2, 3, 4, 5};
  EXPECT_FLOAT_EQ(overlap_of_smaller(large, small), 1);
  EXPECT_FLOAT_EQ(overlap_of_union(large, small), 0.2F);
}

TEST(Boxes, WithoutExtentNothingIsShared) {
  const Box square{0, 0, 10, 10};
  for (const Box& nothing : {Box{1, 1, 0, 5}, Box{4, 4, -3, 5}, Box{20, 0, 5, 5}}) {
    EXPECT_EQ(overlap_of_union(square, nothing), 0);
    EXPECT_EQ(overlap_of_smaller(square, nothing), 0);
  }
  EXPECT_EQ(overlap_of_union({}, {}), 0);
}

TEST(Boxes, SquaredKeepsCentreAndLongerSide) {
  const Box square = squared({10, 20, 6, 2});
  EXPECT_FLOAT_EQ(square.x, 10);
  EXPECT_FLOAT_EQ(square.y, 18);
  EXPECT_FLOAT_EQ(square.width, 6);
  EXPECT_FLOAT_EQ(square.height, 6);
}

TEST(StrongestBoxes, ABetterBoxCoversTheOnesUponIt) {
  const std::vector<Box> boxes = {{0, 0, 10, 10}, {1, 0, 10, 10}, {30, 0, 10, 10}, {31, 0, 10, 10}};
  const std::vector<float> scores = {0.8F, 0.9F, 0.7F, 0.6F};
  EXPECT_THAT(strongest_boxes(boxes, scores, overlap_of_union, 0.5F), testing::ElementsAre(1, 2));
}

TEST(StrongestBoxes, ACoveredBoxCoversNoOther) {
  const std::vector<Box> chain = {{0, 0, 10, 10}, {4, 0, 10, 10}, {8, 0, 10, 10}};
  const std::vector<float> scores = {0.9F, 0.8F, 0.7F};
  EXPECT_THAT(strongest_boxes(chain, scores, overlap_of_union, 0.4F), testing::ElementsAre(0, 2));
}

TEST(StrongestBoxes, TheThresholdItselfIsAllowedAndTiesGoToTheFirst) {
  const std::vector<Box> boxes = {{0, 0, 10, 10}, {5, 0, 10, 10}, {0, 0, 10, 10}};
  const std::vector<float> scores = {0.5F, 0.5F, 0.5F};
  EXPECT_THAT(strongest_boxes(boxes, scores, overlap_of_smaller, 0.5F), testing::ElementsAre(0, 1));
  EXPECT_THAT(strongest_boxes({}, {}, overlap_of_union, 0.5F), testing::IsEmpty());
}

}  // namespace
}  // namespace mien
