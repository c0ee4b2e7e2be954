#include "mien/face/pyramid.h"

#include <vector>

#include <gtest/gtest.h>

#include "faces.h"

namespace mien {
namespace {

TEST(Pyramid, LevelsShrinkByTheFactorUntilTheyAreTooSmall) {
  const Image image = test::noise(100, 60);
  const Pyramid pyramid(image, {0.5, 0.5, 12});
  ASSERT_EQ(pyramid.levels().size(), 2);
  EXPECT_EQ(pyramid.levels()[0].image.width, 50);
  EXPECT_EQ(pyramid.levels()[0].image.height, 30);
  EXPECT_EQ(pyramid.levels()[1].image.width, 25);
  EXPECT_EQ(pyramid.levels()[1].image.height, 15);
  EXPECT_DOUBLE_EQ(pyramid.levels()[1].scale_x, 0.25);
}

TEST(Pyramid, ScalesAreThoseOfTheRoundedSides) {
  const Image image = test::noise(101, 61);
  const Pyramid pyramid(image, {0.5, 0.5, 20});
  ASSERT_EQ(pyramid.levels().size(), 1);
  EXPECT_EQ(pyramid.levels()[0].image.width, 51);
  EXPECT_DOUBLE_EQ(pyramid.levels()[0].scale_x, 51.0 / 101);
  EXPECT_DOUBLE_EQ(pyramid.levels()[0].scale_y, 31.0 / 61);
}

TEST(Pyramid, APictureTooSmallForAnyLevelHasNone) {
  EXPECT_TRUE(Pyramid(test::noise(1, 1), {1.5, 0.7, 12}).levels().empty());
  EXPECT_TRUE(Pyramid(test::noise(500, 3), {1, 0.7, 12}).levels().empty());
}

TEST(PyramidCut, OfAsManyPixelsIsThePixels) {
  const Image image = test::noise(30, 20);
  const Pyramid pyramid(image, {0.4, 0.5, 4});
  std::vector<float> out(std::size_t{4} * 4 * 3);
  pyramid.cut({7, 9, 4, 4}, 4, out.data());
  auto value_at = out.begin();
  for (int y = 0; y < 4; ++y) {
    for (int x = 0; x < 12; ++x) {
      const float value = *value_at++;
      EXPECT_FLOAT_EQ(value, (static_cast<float>(image.row(9 + y)[21 + x]) - 127.5F) / 128);
    }
  }
}

TEST(PyramidCut, BetweenPixelsIsTheirMean) {
  Image image(2, 1);
  image.pixels = {0, 0, 0, 200, 100, 50};
  const Pyramid pyramid(image, {1, 0.5, 12});
  std::vector<float> out(3);
  pyramid.cut({0.5F, 0, 1, 1}, 1, out.data());
  EXPECT_FLOAT_EQ(out[0], (100 - 127.5F) / 128);
  EXPECT_FLOAT_EQ(out[2], (25 - 127.5F) / 128);
}

TEST(PyramidCut, BeyondThePictureItsEdgeGoesOn) {
  Image image(2, 2);
  image.pixels = {10, 10, 10, 20, 20, 20, 30, 30, 30, 40, 40, 40};
  const Pyramid pyramid(image, {1, 0.5, 12});
  std::vector<float> out(std::size_t{4} * 4 * 3);
  pyramid.cut({-1, -1, 4, 4}, 4, out.data());
  const std::vector<int> rows = {10, 10, 20, 20, 10, 10, 20, 20, 30, 30, 40, 40, 30, 30, 40, 40};
  for (std::size_t i = 0; i < rows.size(); ++i) {
    EXPECT_FLOAT_EQ(out[3 * i], (static_cast<float>(rows[i]) - 127.5F) / 128) << i;
  }
  pyramid.cut({-1e9F, 1e9F, 4, 4}, 4, out.data());
  for (const float value : out) EXPECT_FLOAT_EQ(value, (30 - 127.5F) / 128);
}

TEST(PyramidCut, OfALargeWindowIsSmooth) {
  // A fine chequerboard: a few samples of the whole picture would see black or white.
  Image image(256, 256);
  for (int y = 0; y < 256; ++y) {
    for (int x = 0; x < 256 * 3; ++x) image.row(y)[x] = ((x / 3 + y) % 2 == 0) ? 255 : 0;
  }
  const Pyramid pyramid(image, {0.5, 0.5, 12});
  std::vector<float> out(std::size_t{16} * 16 * 3);
  pyramid.cut({0, 0, 256, 256}, 16, out.data());
  for (const float value : out) EXPECT_NEAR(value, 0, 0.02);
}

}  // namespace
}  // namespace mien
