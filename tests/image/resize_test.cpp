// Expected values: Pillow 13 on the same small pictures.
#include <cstddef>

#include <gtest/gtest.h>

#include "mien/error.h"
#include "mien/image/image.h"

#include "pictures.h"

namespace mien {
namespace {

using test::largest_difference;
using test::picture;
using test::ramp;
using test::rough;

std::vector<int> part_of_row(const Image& image, int y, int first, int count) {
  const std::uint8_t* from = image.row(y) + std::ptrdiff_t{first} * 3;
  return {from, from + std::ptrdiff_t{count} * 3};
}

void expect_near(const std::vector<int>& got, const std::vector<int>& expected) {
  ASSERT_EQ(got.size(), expected.size());
  for (std::size_t i = 0; i < got.size(); ++i) EXPECT_NEAR(got[i], expected[i], 1) << "value " << i;
}

TEST(Resize, BilinearShrinkIsPils) {
  const Image small = resize(ramp(), 2, 2, Interpolation::kBilinear);
  const Image expected = picture(2, 2, {62, 40, 205, 188, 117, 111, 78, 90, 180, 135, 98, 86});
  EXPECT_LE(largest_difference(small, expected), 1);
}

TEST(Resize, BicubicShrinkIsPils) {
  const Image small = resize(ramp(), 2, 2, Interpolation::kBicubic);
  const Image expected = picture(2, 2, {51, 31, 214, 202, 123, 104, 75, 93, 186, 139, 98, 76});
  EXPECT_LE(largest_difference(small, expected), 1);
}

TEST(Resize, BicubicEnlargementIsPils) {
  const Image large = resize(ramp(), 7, 5, Interpolation::kBicubic);
  expect_near(part_of_row(large, 0, 0, 7), {0,   0,   255, 20,  2,   241, 73, 19,  202, 119, 52,
                                            167, 165, 106, 132, 218, 200, 93, 245, 253, 72});
  expect_near(part_of_row(large, 4, 0, 7), {21,  81,  218, 48, 88, 197, 101, 105, 158, 164, 155,
                                            123, 180, 179, 88, 53, 94,  49,  0,   42,  28});
}

TEST(Resize, BilinearEnlargementIsPils) {
  const Image large = resize(ramp(), 7, 5, Interpolation::kBilinear);
  expect_near(part_of_row(large, 3, 0, 7), {21,  64,  223, 50, 73,  202, 95, 87,  167, 141, 127,
                                            133, 175, 155, 99, 133, 80,  64, 107, 33,  43});
}

TEST(Resize, RoughPictureShrinksAsInPil) {
  const Image bilinear = resize(rough(40, 30), 6, 4, Interpolation::kBilinear);
  expect_near(
      part_of_row(bilinear, 1, 0, 6),
      {125, 125, 129, 136, 132, 131, 132, 131, 134, 128, 129, 124, 127, 128, 126, 126, 127, 128});
  const Image bicubic = resize(rough(40, 30), 6, 4, Interpolation::kBicubic);
  expect_near(
      part_of_row(bicubic, 1, 0, 6),
      {125, 124, 128, 138, 132, 132, 132, 132, 135, 128, 129, 122, 127, 128, 125, 126, 127, 130});
}

TEST(Resize, RoughPictureGrowsAsInPil) {
  const Image bilinear = resize(rough(40, 30), 90, 64, Interpolation::kBilinear);
  expect_near(part_of_row(bilinear, 33, 40, 4),
              {197, 148, 99, 220, 80, 122, 164, 92, 125, 97, 115, 125});
  const Image bicubic = resize(rough(40, 30), 90, 64, Interpolation::kBicubic);
  expect_near(part_of_row(bicubic, 33, 40, 4),
              {224, 148, 74, 237, 64, 110, 173, 65, 123, 78, 102, 132});
}

TEST(Resize, KeepsAConstantPictureConstant) {
  Image plain(31, 17);
  std::fill(plain.pixels.begin(), plain.pixels.end(), std::uint8_t{201});
  for (const auto method : {Interpolation::kBilinear, Interpolation::kBicubic}) {
    for (const auto& [width, height] : {std::pair{5, 3}, {64, 40}, {7, 50}, {90, 2}, {1, 1}}) {
      const Image other = resize(plain, width, height, method);
      ASSERT_EQ(other.width, width);
      ASSERT_EQ(other.height, height);
      for (const std::uint8_t value : other.pixels) ASSERT_EQ(value, 201);
    }
  }
}

TEST(Resize, SameSizeIsTheSamePicture) {
  EXPECT_EQ(resize(rough(9, 8), 9, 8, Interpolation::kBicubic), rough(9, 8));
}

TEST(Resize, RefusesEmptyPicturesAndSides) {
  EXPECT_THROW(resize(Image(), 3, 3, Interpolation::kBilinear), UsageError);
  EXPECT_THROW(resize(ramp(), 0, 3, Interpolation::kBilinear), UsageError);
  EXPECT_THROW(resize(ramp(), 3, -1, Interpolation::kBicubic), UsageError);
  EXPECT_THROW(resize(ramp(), 1 << 20, 3, Interpolation::kBicubic), UsageError);
}

}  // namespace
}  // namespace mien
