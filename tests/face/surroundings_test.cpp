#include "mien/face/surroundings.h"

#include <gtest/gtest.h>

#include "faces.h"

namespace mien {
namespace {

TEST(Surroundings, AreASquareAboutTheBox) {
  const Image picture = test::noise(100, 80);
  const Surroundings near = surroundings(picture, {40, 30, 10, 20}, 0.5F);
  EXPECT_EQ(near.x, 25);
  EXPECT_EQ(near.y, 20);
  EXPECT_EQ(near.image, crop(picture, 25, 20, 40, 40));
}

TEST(Surroundings, EndWhereThePictureEnds) {
  const Image picture = test::noise(100, 80);
  const Surroundings near = surroundings(picture, {-5, 70, 20, 20}, 0.25F);
  EXPECT_EQ(near.x, 0);
  EXPECT_EQ(near.y, 65);
  EXPECT_EQ(near.image, crop(picture, 0, 65, 20, 15));
}

TEST(Surroundings, AlwaysHoldAPixel) {
  const Image picture = test::noise(10, 10);
  EXPECT_FALSE(surroundings(picture, {9.5F, 9.5F, 0.1F, 0.1F}, 0).image.empty());
}

}  // namespace
}  // namespace mien
