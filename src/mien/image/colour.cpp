// Colour operations as torchvision does them on PIL pictures, integer steps and truncation
// included.
#include <algorithm>
#include <array>
#include <cmath>

#include "mien/error.h"
#include "mien/image/image.h"

namespace mien {
namespace {

using Table = std::array<std::uint8_t, 256>;

void check_factor(const char* operation, double factor) {
  if (std::isfinite(factor) && factor >= 0) return;
  throw UsageError(std::string(operation) + ": the factor has to be 0 or more");
}

// ITU-R 601 luma in 16-bit fixed point, rounded.
int luma(const std::uint8_t* rgb) {
  return (rgb[0] * 19595 + rgb[1] * 38470 + rgb[2] * 7471 + 0x8000) >> 16;
}

// From `base` towards `value` and beyond, cut off at both ends and truncated.
std::uint8_t blend(int base, int value, float factor) {
  const float mixed = static_cast<float>(base) + factor * static_cast<float>(value - base);
  return static_cast<std::uint8_t>(std::clamp(mixed, 0.0F, 255.0F));
}

Table blend_table(int base, double factor) {
  Table table{};
  for (int value = 0; value < 256; ++value) {
    table[static_cast<std::size_t>(value)] = blend(base, value, static_cast<float>(factor));
  }
  return table;
}

Image through_table(const Image& image, const Table& table) {
  Image result(image.width, image.height);
  const std::uint8_t* from = image.pixels.data();
  std::uint8_t* to = result.pixels.data();
  for (std::size_t i = 0; i < image.pixels.size(); ++i) to[i] = table[from[i]];
  return result;
}

// Hue, saturation and value in 8 bits each, of a pixel that is not grey.
struct Hsv {
  int hue;
  int saturation;
  int value;
};

Hsv hsv_of(const std::uint8_t* rgb, int low, int high) {
  const auto range = static_cast<float>(high - low);
  const float red = static_cast<float>(high - rgb[0]) / range;
  const float green = static_cast<float>(high - rgb[1]) / range;
  const float blue = static_cast<float>(high - rgb[2]) / range;
  float sixth = 0;
  if (rgb[0] == high) {
    sixth = blue - green;
  } else if (rgb[1] == high) {
    sixth = 2.0F + red - blue;
  } else {
    sixth = 4.0F + green - red;
  }
  // Double where PIL has it: a step of hue shows as several levels.
  double turn = sixth / 6.0 + 1.0;
  if (turn >= 1.0) turn -= 1.0;
  const double saturation = range / static_cast<float>(high);
  return {static_cast<int>(static_cast<float>(turn) * 255.0),
          static_cast<int>(saturation * 255.0),
          high};
}

void write_hsv(const Hsv& hsv, std::uint8_t* rgb) {
  const auto sixths = static_cast<float>(hsv.hue * 6.0 / 255.0);
  const int sector = static_cast<int>(sixths);
  const float part = sixths - static_cast<float>(sector);
  const double depth = static_cast<float>(hsv.saturation / 255.0);
  const auto level = [&](double reduction) {
    return static_cast<std::uint8_t>(hsv.value * (1.0 - reduction) + 0.5);
  };
  const auto top = static_cast<std::uint8_t>(hsv.value);
  const std::uint8_t low = level(depth);
  const std::uint8_t falling = level(depth * part);
  const std::uint8_t rising = level(depth * (1.0 - part));
  const std::array<std::array<std::uint8_t, 3>, 6> sectors = {{{top, rising, low},
                                                               {falling, top, low},
                                                               {low, top, rising},
                                                               {low, falling, top},
                                                               {rising, low, top},
                                                               {top, low, falling}}};
  const auto& colour = sectors[static_cast<std::size_t>(sector % 6)];
  std::copy(colour.begin(), colour.end(), rgb);
}

}  // namespace

Image to_grey(const Image& image) {
  Image grey(image.width, image.height);
  for (std::size_t i = 0; i < image.pixels.size(); i += 3) {
    const auto value = static_cast<std::uint8_t>(luma(&image.pixels[i]));
    grey.pixels[i] = grey.pixels[i + 1] = grey.pixels[i + 2] = value;
  }
  return grey;
}

Image adjust_brightness(const Image& image, double factor) {
  check_factor("brightness", factor);
  return through_table(image, blend_table(0, factor));
}

Image adjust_contrast(const Image& image, double factor) {
  check_factor("contrast", factor);
  if (image.empty()) return Image(image.width, image.height);
  std::int64_t sum = 0;
  for (std::size_t i = 0; i < image.pixels.size(); i += 3) sum += luma(&image.pixels[i]);
  const double mean = static_cast<double>(sum) / (static_cast<double>(image.pixels.size()) / 3);
  return through_table(image, blend_table(static_cast<int>(mean + 0.5), factor));
}

Image adjust_saturation(const Image& image, double factor) {
  check_factor("saturation", factor);
  Image result(image.width, image.height);
  for (std::size_t i = 0; i < image.pixels.size(); i += 3) {
    const int grey = luma(&image.pixels[i]);
    for (std::size_t c = i; c < i + 3; ++c) {
      result.pixels[c] = blend(grey, image.pixels[c], static_cast<float>(factor));
    }
  }
  return result;
}

Image adjust_hue(const Image& image, double shift) {
  if (!(shift >= -0.5 && shift <= 0.5))
    throw UsageError("hue: the shift has to lie in [-0.5, 0.5]");
  // Hue has 256 steps and wraps; a shift of no whole step is none, and then rounding through HSV is
  // spared.
  const int steps = static_cast<int>(shift * 255);
  if (steps == 0) return image;
  Image result(image.width, image.height);
  for (std::size_t i = 0; i < image.pixels.size(); i += 3) {
    const std::uint8_t* rgb = &image.pixels[i];
    const int low = std::min({rgb[0], rgb[1], rgb[2]});
    const int high = std::max({rgb[0], rgb[1], rgb[2]});
    Hsv hsv{0, 0, high};
    if (low != high) {
      hsv = hsv_of(rgb, low, high);
      hsv.hue = (hsv.hue + steps) & 255;
    }
    write_hsv(hsv, &result.pixels[i]);
  }
  return result;
}

}  // namespace mien
