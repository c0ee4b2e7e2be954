#include <limits>

#include <gtest/gtest.h>

#include "mien/error.h"
#include "mien/image/image.h"

#include "pictures.h"

namespace mien {
namespace {

using test::largest_difference;
using test::ramp;
using test::rough;

TEST(Geometry, CropTakesThePart) {
  const Image part = crop(ramp(), 1, 1, 2, 2);
  ASSERT_EQ(part.width, 2);
  ASSERT_EQ(part.height, 2);
  for (int y = 0; y < 2; ++y) {
    for (int i = 0; i < 6; ++i) EXPECT_EQ(part.row(y)[i], ramp().row(y + 1)[3 + i]);
  }
}

TEST(Geometry, CropHasToLieInside) {
  EXPECT_THROW(crop(ramp(), 3, 0, 2, 1), UsageError);
  EXPECT_THROW(crop(ramp(), -1, 0, 2, 1), UsageError);
  EXPECT_THROW(crop(ramp(), 0, 2, 1, 2), UsageError);
  EXPECT_THROW(crop(ramp(), 0, 0, 0, 1), UsageError);
  EXPECT_THROW(crop(ramp(), 1, 0, std::numeric_limits<int>::max(), 1), UsageError);
}

TEST(Geometry, FlipMirrorsEachRow) {
  const Image mirrored = flip_horizontal(ramp());
  for (int y = 0; y < 3; ++y) {
    for (int x = 0; x < 4; ++x) {
      for (int c = 0; c < 3; ++c)
        EXPECT_EQ(mirrored.row(y)[x * 3 + c], ramp().row(y)[(3 - x) * 3 + c]);
    }
  }
  EXPECT_EQ(flip_horizontal(mirrored), ramp());
}

TEST(Geometry, WarpByNothingIsTheSame) {
  EXPECT_EQ(warp(rough(9, 7), AffineMap{}, 9, 7), rough(9, 7));
}

TEST(Geometry, WarpTakesOutputToInput) {
  AffineMap shift;
  shift.x0 = 2;
  shift.y0 = -1;
  const Image moved = warp(rough(9, 7), shift, 9, 7, 5);
  EXPECT_EQ(moved.row(3)[4 * 3 + 1], rough(9, 7).row(2)[6 * 3 + 1]);
  EXPECT_EQ(moved.row(0)[0], 5);          // above the input
  EXPECT_EQ(moved.row(3)[8 * 3 + 2], 5);  // right of it
}

TEST(Geometry, WarpOverEdgesGoesOnWithTheLastPixel) {
  AffineMap shift;
  shift.x0 = 2;
  shift.y0 = -1;
  const Image moved = warp_over_edges(rough(9, 7), shift, 9, 7);
  EXPECT_EQ(moved.row(3)[4 * 3 + 1], rough(9, 7).row(2)[6 * 3 + 1]);
  EXPECT_EQ(moved.row(0)[4 * 3], rough(9, 7).row(0)[6 * 3]);          // above the input
  EXPECT_EQ(moved.row(3)[8 * 3 + 2], rough(9, 7).row(2)[8 * 3 + 2]);  // right of it
}

TEST(Geometry, WarpInterpolatesBetweenPixels) {
  AffineMap half;
  half.x0 = 0.5;
  const Image between = warp(ramp(), half, 3, 1);
  EXPECT_NEAR(between.row(0)[0], 40, 1);
  EXPECT_NEAR(between.row(0)[3], 120, 1);
}

TEST(Geometry, WarpRefusesWhatIsNoNumberOrSize) {
  AffineMap bad;
  bad.xy = std::numeric_limits<double>::quiet_NaN();
  EXPECT_THROW(warp(ramp(), bad, 4, 4), UsageError);
  EXPECT_THROW(warp(ramp(), AffineMap{}, 0, 4), UsageError);
  EXPECT_THROW(warp(Image(), AffineMap{}, 4, 4), UsageError);
  EXPECT_THROW(warp(ramp(), AffineMap{}, 40'000, 4), UsageError);
}

TEST(Geometry, BlurSpreadsAPointAndKeepsItsSum) {
  Image point(21, 21);
  point.row(10)[10 * 3] = 255;
  const Image spread = blur(point, 1.5);
  int sum = 0;
  for (const std::uint8_t value : spread.pixels) sum += value;
  EXPECT_NEAR(sum, 255, 40);  // every pixel is rounded
  EXPECT_LT(spread.row(10)[10 * 3], 30);
  EXPECT_EQ(spread.row(10)[9 * 3], spread.row(10)[11 * 3]);
  EXPECT_GT(spread.row(10)[10 * 3], spread.row(10)[12 * 3]);
}

TEST(Geometry, BlurOfNothingChangesNothingAndNegativeIsRefused) {
  EXPECT_EQ(blur(rough(8, 8), 0), rough(8, 8));
  EXPECT_THROW(blur(ramp(), -1), UsageError);
  EXPECT_THROW(blur(ramp(), std::numeric_limits<double>::infinity()), UsageError);
}

}  // namespace
}  // namespace mien
