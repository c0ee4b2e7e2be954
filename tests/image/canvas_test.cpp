#include "mien/image/canvas.h"

#include <cmath>
#include <cstddef>

#include <gtest/gtest.h>

#include "mien/error.h"

namespace mien {
namespace {

constexpr Colour kBlack{0, 0, 0};
constexpr Colour kWhite{255, 255, 255};
const Outline kSquare = {{4, 4}, {12, 4}, {12, 12}, {4, 12}};

int red(const Image& image, int x, int y) {
  return image.row(y)[std::ptrdiff_t{x} * 3];
}

TEST(Canvas, StartsAsItsGround) {
  const Image image = Canvas(5, 3, {10, 20, 30}).finish();
  ASSERT_EQ(image.width, 5);
  ASSERT_EQ(image.height, 3);
  for (std::size_t i = 0; i < image.pixels.size(); ++i)
    EXPECT_EQ(image.pixels[i], 10 + 10 * (i % 3));
}

TEST(Canvas, FillsInsideOnly) {
  Canvas canvas(16, 16, kBlack);
  canvas.fill(kSquare, {kWhite});
  const Image image = canvas.finish();
  EXPECT_EQ(red(image, 8, 8), 255);
  EXPECT_GT(red(image, 4, 4), 200);
  EXPECT_EQ(red(image, 2, 8), 0);
  EXPECT_EQ(red(image, 8, 14), 0);
}

TEST(Canvas, CoversPartsOfPixels) {
  Canvas canvas(16, 16, kBlack);
  canvas.fill({{4, 4}, {12.25, 4}, {12.25, 12}, {4, 12}}, {kWhite});
  const int partly = red(canvas.finish(), 12, 8);
  EXPECT_GT(partly, 40);
  EXPECT_LT(partly, 215);
}

TEST(Canvas, OpacityMixes) {
  Canvas canvas(16, 16, kBlack);
  canvas.fill(kSquare, {{200, 0, 0}, 0.25, 0});
  EXPECT_NEAR(red(canvas.finish(), 8, 8), 50, 1);
}

TEST(Canvas, SoftEdgesFade) {
  Canvas canvas(32, 32, kBlack);
  canvas.fill(ellipse({16, 16}, 8, 8), {kWhite, 1, 2});
  const Image image = canvas.finish();
  EXPECT_GT(red(image, 16, 16), 240);
  EXPECT_NEAR(red(image, 24, 16), 110, 60);
  EXPECT_GT(red(image, 22, 16), red(image, 24, 16));
  EXPECT_GT(red(image, 24, 16), red(image, 27, 16));
}

TEST(Canvas, ClipKeepsPaintInside) {
  Canvas canvas(16, 16, kBlack);
  canvas.clip(kSquare);
  canvas.fill({{0, 0}, {16, 0}, {16, 16}, {0, 16}}, {kWhite});
  Image image = canvas.finish();
  EXPECT_EQ(red(image, 8, 8), 255);
  EXPECT_EQ(red(image, 1, 1), 0);
  canvas.unclip();
  canvas.fill({{0, 0}, {16, 0}, {16, 16}, {0, 16}}, {kWhite});
  image = canvas.finish();
  EXPECT_EQ(red(image, 1, 1), 255);
}

TEST(Canvas, OutlinesMayLeaveIt) {
  Canvas canvas(16, 16, kBlack);
  canvas.fill({{-100, -100}, {300, -100}, {300, 8}, {-100, 8}}, {kWhite});
  canvas.fill({{50, 50}, {60, 50}, {60, 60}}, {kWhite});
  canvas.fill({}, {kWhite});
  const Image image = canvas.finish();
  EXPECT_EQ(red(image, 3, 3), 255);
  EXPECT_EQ(red(image, 3, 12), 0);
}

TEST(Canvas, SmoothPassesThroughItsPoints) {
  const Outline points = {{0, 0}, {10, 5}, {20, 0}, {30, -5}};
  const Outline curve = smooth(points);
  for (const Point& point : points) {
    double nearest = 1e9;
    for (const Point& other : curve) {
      nearest = std::min(nearest, std::hypot(point.x - other.x, point.y - other.y));
    }
    EXPECT_LT(nearest, 1e-9);
  }
  EXPECT_GT(curve.size(), 15U);
}

TEST(Canvas, StrokeHasItsWidthAndTapersToPoints) {
  const Outline line = {{0, 0}, {10, 0}, {20, 0}};
  const Outline even = stroke(line, 4);
  EXPECT_NEAR(even[1].y, 2, 1e-9);
  EXPECT_NEAR(even[0].y, 2, 1e-9);
  const Outline pointed = stroke(line, 4, 1);
  EXPECT_NEAR(pointed[1].y, 2, 1e-9);
  EXPECT_NEAR(pointed[0].y, 0, 1e-9);
}

TEST(Canvas, RefusesUnfitSizes) {
  EXPECT_THROW(Canvas(0, 5, kBlack), UsageError);
  EXPECT_THROW(Canvas(5, 100'000, kBlack), UsageError);
}

TEST(Canvas, ColoursMixAndScale) {
  EXPECT_DOUBLE_EQ(mix({0, 10, 20}, {100, 20, 0}, 0.5).red, 50);
  EXPECT_DOUBLE_EQ(mix({0, 10, 20}, {100, 20, 0}, 0.5).blue, 10);
  EXPECT_DOUBLE_EQ(scaled({100, 200, 10}, 2).green, 255);
}

}  // namespace
}  // namespace mien
