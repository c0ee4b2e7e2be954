#include "mien/data/augment.h"

#include <set>

#include <gtest/gtest.h>

#include "mien/error.h"

#include "made_sets.h"

namespace mien {
namespace {

/// Red of pixels 31, 14 and 27 of a row: three channels each.
constexpr std::size_t kLastOf32 = 93;
constexpr std::size_t kMiddleOf28 = 42;
constexpr std::size_t kLastOf28 = 81;

/// Nothing but the resize and the random crop.
AugmentOptions only_crop() {
  AugmentOptions options;
  options.jitter_probability = 0;
  options.flip = 0;
  return options;
}

Image augmented(const Image& image,
                const AugmentOptions& options,
                std::uint64_t key = 1,
                std::int64_t size = 28) {
  RandomStream random(key);
  return augment(image, size, options, random);
}

TEST(Augment, IsAPureFunctionOfTheStream) {
  AugmentOptions options;
  options.jitter_probability = 1;
  options.affine_probability = 1;
  options.erase = 1;
  const Image image = test::numbered_picture(90, 20);
  EXPECT_EQ(augmented(image, options, 5), augmented(image, options, 5));
  EXPECT_NE(augmented(image, options, 5), augmented(image, options, 6));
}

TEST(Augment, CropsOutOfTheResizedPicture) {
  const Image image = test::numbered_picture(10, 20);
  AugmentOptions options = only_crop();
  options.resize = 256;  // 28 * 256 / 224 = 32
  const Image wide = resize(image, 32, 32, Interpolation::kBilinear);
  std::set<std::pair<int, int>> places;
  for (std::uint64_t key = 0; key < 400; ++key) {
    const Image result = augmented(image, options, key);
    for (int y = 0; y <= 4; ++y) {
      for (int x = 0; x <= 4; ++x) {
        if (result == crop(wide, x, y, 28, 28)) places.emplace(x, y);
      }
    }
  }
  EXPECT_EQ(places.size(), 25U);  // every place, nothing else needed
}

TEST(Augment, WithoutRoomIsTheEvaluationPicture) {
  AugmentOptions options = only_crop();
  options.resize = 224;
  const Image image = test::numbered_picture(10, 20);
  EXPECT_EQ(augmented(image, options), resize(image, 28, 28, Interpolation::kBilinear));
}

AugmentOptions resized_crop() {
  AugmentOptions options = only_crop();
  options.crop_area = 0.2;
  return options;
}

/// A picture whose red is its column and whose green is its row, far apart enough to tell a part's
/// place and size after resizing.
Image ramp(int width, int height) {
  Image image(width, height);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      std::uint8_t* pixel = image.row(y) + static_cast<std::ptrdiff_t>(3) * x;
      pixel[0] = static_cast<std::uint8_t>(x);
      pixel[1] = static_cast<std::uint8_t>(y);
    }
  }
  return image;
}

TEST(Augment, RandomResizedCropKeepsToItsAreaAndShape) {
  const Image image = ramp(200, 160);
  double smallest = 1;
  double largest = 0;
  std::set<int> firsts;
  for (std::uint64_t key = 0; key < 500; ++key) {
    const Image part = augmented(image, resized_crop(), key, 32);
    ASSERT_EQ(part.width, 32);
    ASSERT_EQ(part.height, 32);
    // The ramp's rise from one side to the other, a whole step beyond the outermost pixel centres.
    const auto width = (part.row(0)[kLastOf32] - part.row(0)[0]) * 32.0 / 31;
    const auto height = (part.row(31)[1] - part.row(0)[1]) * 32.0 / 31;
    const double area = width * height / (200 * 160);
    smallest = std::min(smallest, area);
    largest = std::max(largest, area);
    EXPECT_GT(width / height, 0.70);
    EXPECT_LT(width / height, 1.43);
    firsts.insert(part.row(0)[0]);
  }
  EXPECT_NEAR(smallest, 0.2, 0.03);
  EXPECT_GT(largest, 0.9);
  EXPECT_LT(largest, 1.05);
  EXPECT_GT(firsts.size(), 40U);
}

TEST(Augment, RandomResizedCropOfAllIsTheWholePictureBicubic) {
  AugmentOptions options = resized_crop();
  options.crop_area = 1;
  options.crop_aspect = 1;
  const Image image = test::numbered_picture(10, 20);
  EXPECT_EQ(augmented(image, options), resize(image, 28, 28, Interpolation::kBicubic));
}

TEST(Augment, RandomResizedCropOfAStripTakesItsMiddle) {
  const Image strip = ramp(200, 12);  // no part of a fifth of the area has an allowed shape
  const Image middle = crop(strip, 92, 0, 16, 12);
  EXPECT_EQ(augmented(strip, resized_crop()), resize(middle, 28, 28, Interpolation::kBicubic));
}

TEST(Augment, FlipsByProbability) {
  AugmentOptions options = only_crop();
  options.resize = 224;
  options.flip = 1;
  const Image image = test::numbered_picture(10, 20);
  const Image plain = resize(image, 28, 28, Interpolation::kBilinear);
  EXPECT_EQ(augmented(image, options), flip_horizontal(plain));
  options.flip = 0.5;
  int flipped = 0;
  for (std::uint64_t key = 0; key < 400; ++key) flipped += augmented(image, options, key) != plain;
  EXPECT_NEAR(flipped, 200, 50);
}

TEST(Augment, JittersByProbability) {
  AugmentOptions options = only_crop();
  options.resize = 224;
  options.jitter_probability = 0.2;
  const Image image = test::numbered_picture(100, 20);
  const Image plain = resize(image, 28, 28, Interpolation::kBilinear);
  int changed = 0;
  for (std::uint64_t key = 0; key < 400; ++key) changed += augmented(image, options, key) != plain;
  EXPECT_NEAR(changed, 80, 35);
}

TEST(Augment, JitterOfNothingChangesNothing) {
  AugmentOptions options = only_crop();
  options.resize = 224;
  options.jitter_probability = 1;
  options.jitter = 0;
  options.jitter_hue = 0;
  const Image image = test::numbered_picture(100, 20);
  EXPECT_EQ(augmented(image, options), resize(image, 28, 28, Interpolation::kBilinear));
}

TEST(Augment, AffineOfNothingChangesNothing) {
  AugmentOptions options = only_crop();
  options.resize = 224;
  options.affine_probability = 1;
  options.affine_degrees = 0;
  options.affine_scale = 1;
  options.affine_shift = 0;
  const Image image = test::numbered_picture(100, 28);
  EXPECT_EQ(augmented(image, options), image);
}

/// White picture: where the affine map left it, black shows.
TEST(Augment, AffineScalesAboutTheCentre) {
  AugmentOptions options = only_crop();
  options.resize = 224;
  options.affine_probability = 1;
  options.affine_degrees = 0;
  options.affine_scale = 0.5;
  options.affine_shift = 0;
  Image white(28, 28);
  white.pixels.assign(white.pixels.size(), 255);
  for (std::uint64_t key = 0; key < 20; ++key) {
    const Image result = augmented(white, options, key);
    EXPECT_EQ(result, flip_horizontal(result));
    EXPECT_EQ(result.row(14)[kMiddleOf28], 255);
  }
}

TEST(Augment, AffineShiftsBothWays) {
  AugmentOptions options = only_crop();
  options.resize = 224;
  options.affine_probability = 1;
  options.affine_degrees = 0;
  options.affine_scale = 1;
  options.affine_shift = 0.4;
  Image white(28, 28);
  white.pixels.assign(white.pixels.size(), 255);
  int left = 0;
  int right = 0;
  for (std::uint64_t key = 0; key < 50; ++key) {
    const Image result = augmented(white, options, key);
    left += result.row(14)[0] == 0;
    right += result.row(14)[kLastOf28] == 0;
  }
  EXPECT_GT(left, 10);
  EXPECT_GT(right, 10);
}

TEST(Augment, ErasesAPartOfTheArea) {
  AugmentOptions options = only_crop();
  options.erase = 1;
  options.erase_area_low = 0.1;
  options.erase_area_high = 0.2;
  Image black(56, 56);
  for (std::uint64_t key = 0; key < 50; ++key) {
    const Image result = augmented(black, options, key, 56);
    int erased = 0;
    for (std::size_t i = 0; i < result.pixels.size(); i += 3) erased += result.pixels[i] == 124;
    EXPECT_GT(erased, 0.08 * 56 * 56);
    EXPECT_LT(erased, 0.22 * 56 * 56);
  }
}

TEST(AugmentOptionsTest, AreChecked) {
  AugmentOptions options;
  EXPECT_NO_THROW(options.check());
  options.resize = 200;
  EXPECT_THROW(options.check(), OptionError);
  options = {};
  options.flip = 1.5;
  EXPECT_THROW(options.check(), OptionError);
  options = {};
  options.erase_area_low = 0.5;
  EXPECT_THROW(options.check(), OptionError);
}

}  // namespace
}  // namespace mien
