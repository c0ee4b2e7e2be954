// Expected values: Pillow's ImageEnhance and torchvision's hue shift on the same small picture.
#include <cmath>

#include <gtest/gtest.h>

#include "mien/error.h"
#include "mien/image/image.h"

#include "pictures.h"

namespace mien {
namespace {

using test::largest_difference;
using test::picture;
using test::ramp;

TEST(Colour, BrightnessIsPils) {
  const Image expected = picture(4, 3, {0,  0,   255, 112, 35,  255, 224, 140, 189, 255, 255, 105,
                                        18, 56,  255, 130, 91,  245, 242, 196, 161, 255, 12,  77,
                                        36, 112, 255, 148, 147, 217, 255, 252, 133, 14,  68,  49});
  EXPECT_LE(largest_difference(adjust_brightness(ramp(), 1.4), expected), 1);
}

TEST(Colour, ContrastIsPils) {
  const Image expected = picture(
      4, 3, {0,   0,   255, 74,  2, 223, 178, 100, 145, 255, 255, 67,  0,   22,  255, 90, 54, 197,
             194, 152, 119, 255, 0, 41,  3,   74,  249, 107, 106, 171, 211, 204, 93,  0,  33, 15});
  EXPECT_LE(largest_difference(adjust_contrast(ramp(), 1.3), expected), 1);
}

TEST(Colour, SaturationIsPils) {
  const Image expected = picture(
      4, 3, {8,   8,   187, 74,  35, 154, 148, 106, 131, 231, 221, 116, 25,  44,  180, 90, 71, 148,
             165, 142, 124, 203, 32, 64,  41,  79,  174, 107, 106, 141, 181, 177, 118, 17, 45, 35});
  EXPECT_LE(largest_difference(adjust_saturation(ramp(), 0.7), expected), 1);
}

TEST(Colour, HueIsTorchvisions) {
  const Image onwards = picture(4, 3, {150, 0,  255, 177, 25,  195, 160, 100, 100, 161, 240, 75,
                                       113, 14, 235, 156, 65,  175, 172, 173, 115, 253, 96,  10,
                                       79,  26, 215, 134, 105, 155, 140, 186, 96,  10,  40,  49});
  EXPECT_LE(largest_difference(adjust_hue(ramp(), 0.1), onwards), 1);
  const Image back = picture(4, 3, {0,  255, 132, 25,  195, 165, 100, 105, 160, 240, 75, 168,
                                    14, 235, 97,  65,  175, 148, 171, 115, 173, 84,  10, 253,
                                    26, 215, 66,  105, 155, 131, 186, 96,  145, 43,  49, 10});
  EXPECT_LE(largest_difference(adjust_hue(ramp(), -0.25), back), 1);
}

TEST(Colour, GreyIsLumaInAllChannels) {
  const Image grey = to_grey(ramp());
  const std::vector<int> luma = {29, 61, 122, 212, 54, 86, 147, 87, 79, 111, 172, 36};
  for (std::size_t i = 0; i < luma.size(); ++i) {
    for (std::size_t c = 0; c < 3; ++c) EXPECT_EQ(grey.pixels[i * 3 + c], luma[i]);
  }
}

TEST(Colour, FactorOneChangesNothing) {
  EXPECT_EQ(adjust_brightness(ramp(), 1), ramp());
  EXPECT_EQ(adjust_contrast(ramp(), 1), ramp());
  EXPECT_EQ(adjust_saturation(ramp(), 1), ramp());
  EXPECT_EQ(adjust_hue(ramp(), 0), ramp());
}

TEST(Colour, FactorZeroLeavesBlackGreyOrLuma) {
  for (const std::uint8_t value : adjust_brightness(ramp(), 0).pixels) EXPECT_EQ(value, 0);
  for (const std::uint8_t value : adjust_contrast(ramp(), 0).pixels) EXPECT_EQ(value, 100);
  EXPECT_EQ(adjust_saturation(ramp(), 0), to_grey(ramp()));
}

TEST(Colour, HueLeavesGreyAlone) {
  EXPECT_EQ(adjust_hue(to_grey(ramp()), 0.3), to_grey(ramp()));
}

TEST(Colour, RefusesFactorsOutOfRange) {
  EXPECT_THROW(adjust_brightness(ramp(), -0.1), UsageError);
  EXPECT_THROW(adjust_contrast(ramp(), std::nan("")), UsageError);
  EXPECT_THROW(adjust_saturation(ramp(), -1), UsageError);
  EXPECT_THROW(adjust_hue(ramp(), 0.51), UsageError);
}

}  // namespace
}  // namespace mien
