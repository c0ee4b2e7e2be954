#include "mien/input/input.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>

#include <ATen/core/Tensor.h>
#include <ATen/ops/empty.h>

#include "mien/error.h"

namespace mien {
namespace {

constexpr std::int64_t kSmallest = 8;
constexpr std::int64_t kLargest = 2048;
constexpr double kLargestMargin = 4;

/// The plane of a colour (0 red, 1 green, 2 blue).
std::size_t plane_of(std::size_t colour, const InputOptions& options) {
  return options.channels == "bgr" ? 2 - colour : colour;
}

/// Normalised value of each byte, a row a colour: a look-up costs less than the arithmetic and
/// gives the same float wherever a picture is normalised.
using ByteTable = std::array<std::array<float, 256>, 3>;

ByteTable byte_table(const InputOptions& options) {
  ByteTable table;
  for (std::size_t colour = 0; colour < 3; ++colour) {
    for (std::size_t value = 0; value < 256; ++value) {
      table[colour][value] = static_cast<float>(
          (static_cast<double>(value) / 255.0 - options.mean[colour]) / options.deviation[colour]);
    }
  }
  return table;
}

void check_triple(const std::vector<double>& values, const std::string& key) {
  if (values.size() != 3) {
    throw OptionError(key,
                      key + ": three numbers are needed (red, green, blue), not " +
                          std::to_string(values.size()));
  }
  for (const double value : values) {
    if (!std::isfinite(value)) throw OptionError(key, key + ": finite numbers are needed");
  }
}

}  // namespace

void InputOptions::check() const {
  check_values(*this, "input.");
  check_triple(mean, "input.mean");
  check_triple(deviation, "input.deviation");
  if (*std::min_element(deviation.begin(), deviation.end()) <= 0) {
    throw OptionError("input.deviation", "input.deviation: numbers above 0 are needed");
  }
}

void describe(InputOptions& options, Fields& fields) {
  fields.add("size",
             options.size,
             "side of the square picture that the network sees, pixels",
             between(kSmallest, kLargest));
  fields.add("crop",
             options.crop,
             "face crop: the detector's box with a margin, or aligned to a template",
             one_of({"box", "aligned"}));
  fields.add("margin",
             options.margin,
             "part of the box added on each side (crop = box)",
             between(0, kLargestMargin));
  fields.add("channels",
             options.channels,
             "order in which the network takes the colours; mean and deviation stay those of red, "
             "green, blue",
             one_of({"rgb", "bgr"}));
  fields.add("mean", options.mean, "mean of red, green, blue in [0, 1] that is taken away");
  fields.add(
      "deviation", options.deviation, "deviation of red, green, blue in [0, 1] that is divided by");
}

void normalise_into(const Image& image, const InputOptions& options, float* out) {
  const ByteTable table = byte_table(options);
  const std::size_t plane = image.pixels.size() / 3;
  const std::uint8_t* pixel = image.pixels.data();
  float* red = out + plane_of(0, options) * plane;
  float* green = out + plane;
  float* blue = out + plane_of(2, options) * plane;
  for (std::size_t i = 0; i < plane; ++i, pixel += 3) {
    red[i] = table[0][pixel[0]];
    green[i] = table[1][pixel[1]];
    blue[i] = table[2][pixel[2]];
  }
}

at::Tensor tensor_from_image(const Image& image, const InputOptions& options) {
  const int side = static_cast<int>(options.size);
  at::Tensor picture = at::empty({3, side, side}, at::kFloat);
  if (image.width == side && image.height == side) {
    normalise_into(image, options, picture.data_ptr<float>());
  } else {
    normalise_into(
        resize(image, side, side, Interpolation::kBilinear), options, picture.data_ptr<float>());
  }
  return picture;
}

Image image_from_tensor(const at::Tensor& picture, const InputOptions& options) {
  if (picture.dim() != 3 || picture.size(0) != 3) {
    throw UsageError("image_from_tensor: a picture of shape [3, H, W] is needed");
  }
  const at::Tensor planes = picture.detach().to(at::kCPU, at::kFloat).contiguous();
  Image image(static_cast<int>(planes.size(2)), static_cast<int>(planes.size(1)));
  const std::size_t plane = image.pixels.size() / 3;
  const float* values = planes.data_ptr<float>();
  for (std::size_t i = 0; i < image.pixels.size(); ++i) {
    const std::size_t colour = i % 3;
    const double value = static_cast<double>(values[plane_of(colour, options) * plane + i / 3]);
    const double unit = value * options.deviation[colour] + options.mean[colour];
    // The comparison is written so that NaN becomes black.
    const double clipped = unit > 0 ? std::min(unit, 1.0) : 0.0;
    image.pixels[i] = static_cast<std::uint8_t>(std::lround(clipped * 255.0));
  }
  return image;
}

}  // namespace mien
