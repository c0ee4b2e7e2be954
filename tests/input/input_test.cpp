#include "mien/input/input.h"

#include <cmath>
#include <functional>
#include <string>
#include <vector>

#include <ATen/core/Tensor.h>
#include <ATen/ops/full.h>
#include <ATen/ops/zeros.h>
#include <gtest/gtest.h>

#include "mien/error.h"

namespace mien {
namespace {

/// A picture whose every pixel and channel has another value.
Image gradient(int width, int height) {
  Image image(width, height);
  for (std::size_t i = 0; i < image.pixels.size(); ++i) {
    image.pixels[i] = static_cast<std::uint8_t>((i * 37 + i / 3) % 256);
  }
  return image;
}

TEST(Normalise, IsTheFormulaInPlanes) {
  const Image image = gradient(4, 2);
  const InputOptions options;
  std::vector<float> out(24);
  normalise_into(image, options, out.data());
  for (int y = 0; y < 2; ++y) {
    for (int x = 0; x < 4; ++x) {
      for (std::size_t c = 0; c < 3; ++c) {
        const double unit = image.row(y)[static_cast<std::size_t>(x) * 3 + c] / 255.0;
        const double expected = (unit - options.mean[c]) / options.deviation[c];
        EXPECT_NEAR(out[c * 8 + static_cast<std::size_t>(y * 4 + x)], expected, 1e-6);
      }
    }
  }
}

TEST(Normalise, TakesTheColoursInTheOrderAskedFor) {
  const Image image = gradient(4, 2);
  InputOptions options;
  std::vector<float> rgb(24);
  normalise_into(image, options, rgb.data());
  options.channels = "bgr";
  std::vector<float> bgr(24);
  normalise_into(image, options, bgr.data());
  for (std::size_t i = 0; i < 8; ++i) {
    EXPECT_EQ(bgr[i], rgb[16 + i]);
    EXPECT_EQ(bgr[8 + i], rgb[8 + i]);
    EXPECT_EQ(bgr[16 + i], rgb[i]);
  }
}

// What VGG-Face takes: bytes less the mean of their colour, blue first.
TEST(Normalise, GivesBytesLessTheirMean) {
  const Image image = gradient(4, 2);
  const double means[] = {129.1863, 104.7624, 93.5940};
  InputOptions options;
  options.channels = "bgr";
  options.mean = {means[0] / 255, means[1] / 255, means[2] / 255};
  options.deviation = {1.0 / 255, 1.0 / 255, 1.0 / 255};
  std::vector<float> out(24);
  normalise_into(image, options, out.data());
  for (std::size_t i = 0; i < 8; ++i) {
    for (std::size_t c = 0; c < 3; ++c) {
      EXPECT_NEAR(out[(2 - c) * 8 + i], image.pixels[i * 3 + c] - means[c], 2e-5);
    }
  }
}

TEST(TensorFromImage, HasTheSizeAskedFor) {
  InputOptions options;
  options.size = 16;
  const at::Tensor picture = tensor_from_image(gradient(40, 30), options);
  EXPECT_EQ(picture.sizes(), at::IntArrayRef({3, 16, 16}));
  EXPECT_EQ(picture.scalar_type(), at::kFloat);
}

TEST(TensorFromImage, ResizesBilinearly) {
  InputOptions options;
  options.size = 16;
  const Image image = gradient(40, 30);
  const at::Tensor resized =
      tensor_from_image(resize(image, 16, 16, Interpolation::kBilinear), options);
  EXPECT_TRUE(tensor_from_image(image, options).equal(resized));
}

TEST(ImageFromTensor, IsTheInverse) {
  InputOptions options;
  options.size = 16;
  const Image image = gradient(16, 16);
  for (const char* channels : {"rgb", "bgr"}) {
    options.channels = channels;
    EXPECT_EQ(image_from_tensor(tensor_from_image(image, options), options), image) << channels;
  }
}

TEST(ImageFromTensor, ClipsWhatNoPictureHas) {
  const InputOptions options;
  EXPECT_EQ(image_from_tensor(at::full({3, 1, 1}, 100.0), options).pixels,
            std::vector<std::uint8_t>(3, 255));
  EXPECT_EQ(image_from_tensor(at::full({3, 1, 1}, -100.0), options).pixels,
            std::vector<std::uint8_t>(3, 0));
  EXPECT_EQ(image_from_tensor(at::full({3, 1, 1}, std::nan("")), options).pixels,
            std::vector<std::uint8_t>(3, 0));
}

TEST(ImageFromTensor, RefusesOtherShapes) {
  EXPECT_THROW(image_from_tensor(at::zeros({1, 4, 4}), InputOptions()), UsageError);
  EXPECT_THROW(image_from_tensor(at::zeros({3, 4}), InputOptions()), UsageError);
}

TEST(InputOptionsTest, WrongValuesNameTheirKey) {
  const auto key_of = [](const std::function<void(InputOptions&)>& spoil) {
    InputOptions options;
    spoil(options);
    try {
      options.check();
    } catch (const OptionError& error) {
      return error.key();
    }
    return std::string("no error");
  };
  EXPECT_EQ(key_of([](InputOptions&) {}), "no error");
  EXPECT_EQ(key_of([](InputOptions& o) { o.size = 4; }), "input.size");
  EXPECT_EQ(key_of([](InputOptions& o) { o.size = 100000; }), "input.size");
  EXPECT_EQ(key_of([](InputOptions& o) { o.crop = "round"; }), "input.crop");
  EXPECT_EQ(key_of([](InputOptions& o) { o.margin = -1; }), "input.margin");
  EXPECT_EQ(key_of([](InputOptions& o) { o.margin = std::nan(""); }), "input.margin");
  EXPECT_EQ(key_of([](InputOptions& o) { o.channels = "grb"; }), "input.channels");
  EXPECT_EQ(key_of([](InputOptions& o) { o.mean = {0, 0}; }), "input.mean");
  EXPECT_EQ(key_of([](InputOptions& o) { o.deviation = {1, 0, 1}; }), "input.deviation");
  EXPECT_EQ(key_of([](InputOptions& o) { o.deviation = {1, std::nan(""), 1}; }), "input.deviation");
}

TEST(InputOptionsTest, GoThroughJson) {
  InputOptions options;
  options.size = 112;
  options.channels = "bgr";
  options.mean = {0.1, 0.2, 0.3};
  InputOptions copy;
  read_json(fields_of(copy), to_json(fields_of(options)), "text");
  EXPECT_EQ(copy.size, 112);
  EXPECT_EQ(copy.channels, "bgr");
  EXPECT_EQ(copy.mean, options.mean);
}

}  // namespace
}  // namespace mien
