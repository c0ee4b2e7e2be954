#include "mien/input/face_crop.h"

#include <cmath>
#include <limits>
#include <numbers>

#include <gtest/gtest.h>

#include "mien/error.h"

namespace mien {
namespace {

InputOptions input_of(std::int64_t size, const std::string& crop, double margin = 0) {
  InputOptions options;
  options.size = size;
  options.crop = crop;
  options.margin = margin;
  return options;
}

struct Place {
  double x = 0;
  double y = 0;
};

/// Where a point of the crop lies in the picture, both measured from the corner.
Place mapped(const AffineMap& map, double x, double y) {
  return {map.xx * (x - 0.5) + map.xy * (y - 0.5) + map.x0 + 0.5,
          map.yx * (x - 0.5) + map.yy * (y - 0.5) + map.y0 + 0.5};
}

void expect_at(const AffineMap& map, const Place& crop, const Place& picture) {
  const Place place = mapped(map, crop.x, crop.y);
  EXPECT_NEAR(place.x, picture.x, 1e-4);
  EXPECT_NEAR(place.y, picture.y, 1e-4);
}

/// A smooth picture: each channel its own waves.
Image waves(int width, int height) {
  Image image(width, height);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      std::uint8_t* pixel = image.row(y) + std::ptrdiff_t{3} * x;
      pixel[0] = static_cast<std::uint8_t>(127 + 100 * std::sin(x * 0.05));
      pixel[1] = static_cast<std::uint8_t>(127 + 100 * std::cos(y * 0.04));
      pixel[2] = static_cast<std::uint8_t>(127 + 100 * std::sin((x + y) * 0.03));
    }
  }
  return image;
}

/// The template's landmarks as a face of that side, turned by that angle about `middle`.
Landmarks placed_template(double side, double degrees, const Place& middle) {
  const double angle = degrees * std::numbers::pi / 180;
  Landmarks result;
  for (std::size_t i = 0; i < kFacePoints; ++i) {
    const double x = (static_cast<double>(aligned_template()[i].x) - 0.5) * side;
    const double y = (static_cast<double>(aligned_template()[i].y) - 0.5) * side;
    result[i] = {static_cast<float>(middle.x + x * std::cos(angle) - y * std::sin(angle)),
                 static_cast<float>(middle.y + x * std::sin(angle) + y * std::cos(angle))};
  }
  return result;
}

double mean_difference(const Image& first, const Image& second) {
  double sum = 0;
  for (std::size_t i = 0; i < first.pixels.size(); ++i) {
    sum += std::abs(first.pixels[i] - second.pixels[i]);
  }
  return sum / static_cast<double>(first.pixels.size());
}

TEST(CropMap, BoxIsASquareAboutTheMiddle) {
  const AffineMap map = crop_map({10, 20, 40, 60}, std::nullopt, input_of(48, "box"));
  expect_at(map, {0, 0}, {0, 20});
  expect_at(map, {48, 48}, {60, 80});
}

TEST(CropMap, MarginGrowsEverySide) {
  const AffineMap map = crop_map({10, 20, 60, 60}, std::nullopt, input_of(48, "box", 0.25));
  expect_at(map, {0, 0}, {-5, 5});
  expect_at(map, {48, 48}, {85, 95});
}

TEST(CropMap, AlignedTakesTheTemplateToTheLandmarks) {
  for (const double degrees : {0.0, 30.0, -75.0, 180.0}) {
    SCOPED_TRACE(degrees);
    const Landmarks landmarks = placed_template(90, degrees, {200, 120});
    const AffineMap map = crop_map({0, 0, 1, 1}, landmarks, input_of(48, "aligned"));
    for (std::size_t i = 0; i < kFacePoints; ++i) {
      const Place place = mapped(map,
                                 static_cast<double>(aligned_template()[i].x) * 48,
                                 static_cast<double>(aligned_template()[i].y) * 48);
      EXPECT_NEAR(place.x, landmarks[i].x, 1e-3);
      EXPECT_NEAR(place.y, landmarks[i].y, 1e-3);
    }
  }
}

TEST(CropMap, AlignedIsTheLeastSquaresSimilarity) {
  Landmarks landmarks = placed_template(90, 20, {200, 120});
  landmarks[kNose].x += 8;  // fits no similarity
  landmarks[kLeftEye].y -= 5;
  const AffineMap best = crop_map({0, 0, 1, 1}, landmarks, input_of(48, "aligned"));
  // Error in the crop, where the method minimises it.
  const auto error = [&](const AffineMap& map) {
    const double determinant = map.xx * map.yy - map.xy * map.yx;
    double sum = 0;
    for (std::size_t i = 0; i < kFacePoints; ++i) {
      const Place zero = mapped(map, 0, 0);
      const double x = static_cast<double>(landmarks[i].x) - zero.x;
      const double y = static_cast<double>(landmarks[i].y) - zero.y;
      const double crop_x = (map.yy * x - map.xy * y) / determinant;
      const double crop_y = (map.xx * y - map.yx * x) / determinant;
      sum += std::pow(crop_x - static_cast<double>(aligned_template()[i].x) * 48, 2) +
             std::pow(crop_y - static_cast<double>(aligned_template()[i].y) * 48, 2);
    }
    return sum;
  };
  const double least = error(best);
  EXPECT_GT(least, 0.1);
  for (const double step : {-0.01, 0.01}) {
    AffineMap turned = best;
    turned.xy += step;
    turned.yx -= step;
    EXPECT_GT(error(turned), least);
    AffineMap grown = best;
    grown.xx *= 1 + step;
    grown.yy *= 1 + step;
    grown.xy *= 1 + step;
    grown.yx *= 1 + step;
    EXPECT_GT(error(grown), least);
    AffineMap moved = best;
    moved.x0 += step;
    EXPECT_GT(error(moved), least);
  }
}

TEST(CropMap, LandmarksOfNoUseGiveTheBox) {
  Landmarks landmarks;
  landmarks.fill({5, 5});
  const InputOptions aligned = input_of(48, "aligned");
  expect_at(crop_map({10, 20, 60, 60}, landmarks, aligned), {0, 0}, {10, 20});
  landmarks[0].x = std::numeric_limits<float>::quiet_NaN();
  expect_at(crop_map({10, 20, 60, 60}, landmarks, aligned), {48, 48}, {70, 80});
}

TEST(CropMap, RefusesWhatIsNoFace) {
  EXPECT_THROW(crop_map({1, 1, 0, 0}, std::nullopt, input_of(48, "box")), UsageError);
  EXPECT_THROW(crop_map({1, 1, 9, 9}, std::nullopt, input_of(48, "aligned")), UsageError);
  const float nothing = std::numeric_limits<float>::quiet_NaN();
  EXPECT_THROW(crop_map({1, 1, nothing, 9}, std::nullopt, input_of(48, "box")), UsageError);
  EXPECT_THROW(face_crop(Image(), AffineMap{}, 8), UsageError);
}

TEST(FaceCrop, OfItsOwnSizeIsThePartItself) {
  const Image image = waves(100, 80);
  const Image part = face_crop(image, {20, 10, 48, 48}, std::nullopt, input_of(48, "box"));
  EXPECT_EQ(part, crop(image, 20, 10, 48, 48));
}

TEST(FaceCrop, ShrinksAsResizeDoes) {
  const Image image = waves(700, 640);
  for (const int side : {60, 96, 150, 384, 600}) {
    SCOPED_TRACE(side);
    const float extent = static_cast<float>(side);
    const Image part =
        face_crop(image, {20, 10, extent, extent}, std::nullopt, input_of(48, "box"));
    const Image expected =
        resize(crop(image, 20, 10, side, side), 48, 48, Interpolation::kBilinear);
    EXPECT_LT(mean_difference(part, expected), 1.5);
  }
}

TEST(FaceCrop, DoesNotAlias) {
  // Stripes finer than the crop's pixels are grey there, however they fall.
  Image stripes(640, 640);
  for (int y = 0; y < 640; ++y) {
    for (int x = 0; x < 640; ++x) {
      std::fill_n(stripes.row(y) + std::ptrdiff_t{3} * x, 3, x / 2 % 2 == 0 ? 255 : 0);
    }
  }
  for (const double degrees : {0.0, 20.0}) {
    for (const double side : {400.0, 600.0}) {
      SCOPED_TRACE(side);
      const Landmarks landmarks = placed_template(side, degrees, {320, 320});
      const Image part = face_crop(stripes, {0, 0, 1, 1}, landmarks, input_of(48, "aligned"));
      for (int i = 12; i < 36; ++i) EXPECT_NEAR(part.row(i)[std::ptrdiff_t{3} * i], 127, 12);
    }
  }
}

TEST(FaceCrop, GoesOnBeyondTheEdge) {
  Image image(40, 40);
  std::fill(image.pixels.begin(), image.pixels.end(), std::uint8_t{200});
  for (const float side : {20.0F, 80.0F, 900.0F}) {
    const Image part = face_crop(image, {-30, 25, side, side}, std::nullopt, input_of(16, "box"));
    for (const std::uint8_t value : part.pixels) EXPECT_EQ(value, 200);
  }
}

TEST(FaceCrop, TurnsAFaceUpright) {
  // A face whose eyes lie on a slope: in the crop its left eye is dark, where the template has it.
  Image image(200, 200);
  std::fill(image.pixels.begin(), image.pixels.end(), std::uint8_t{220});
  const Landmarks landmarks = placed_template(100, 40, {100, 100});
  const auto x = static_cast<int>(landmarks[kLeftEye].x);
  const auto y = static_cast<int>(landmarks[kLeftEye].y);
  for (int row = y - 4; row <= y + 4; ++row) {
    std::fill_n(image.row(row) + std::ptrdiff_t{3} * (x - 4), 27, std::uint8_t{0});
  }
  const Image part = face_crop(image, {0, 0, 1, 1}, landmarks, input_of(50, "aligned"));
  EXPECT_LT(part.row(23)[std::ptrdiff_t{3} * 17], 40);
  EXPECT_GT(part.row(23)[std::ptrdiff_t{3} * 33], 200);
}

}  // namespace
}  // namespace mien
