// A picture in memory and what is done to it. OpenCV stays inside the sources.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace mien {

/// 8-bit RGB, rows top to bottom, interleaved, no padding: pixels[(y * width + x) * 3 + channel].
struct Image {
  int width = 0;
  int height = 0;
  std::vector<std::uint8_t> pixels;

  Image() = default;
  Image(int columns, int rows)
      : width(columns),
        height(rows),
        pixels(static_cast<std::size_t>(columns) * static_cast<std::size_t>(rows) * 3) {}
  bool empty() const { return pixels.empty(); }
  std::uint8_t* row(int y) { return pixels.data() + static_cast<std::size_t>(y) * row_bytes(); }
  const std::uint8_t* row(int y) const {
    return pixels.data() + static_cast<std::size_t>(y) * row_bytes();
  }
  std::size_t row_bytes() const { return static_cast<std::size_t>(width) * 3; }
  bool operator==(const Image&) const = default;
};

/// A picture file as upright RGB: EXIF orientation applied, grey repeated, alpha laid over white,
/// 16 bits scaled to 8; of an animated PNG or WebP the first frame. Throws DataError (missing, not
/// a picture, truncated, over 100 megapixels).
Image read_image(const std::filesystem::path& file);
Image decode_image(std::string_view bytes, const std::string& name);

/// Writes PNG or JPEG (quality 95) by the file's ending, whole or not at all.
void write_image(const std::filesystem::path& file, const Image& image);
std::string encode_png(const Image& image);
std::string encode_jpeg(const Image& image, int quality);

enum class Interpolation { kBilinear, kBicubic };

/// Resize as PIL (and torchvision on PIL pictures) does it: the filter widens when shrinking.
Image resize(const Image& image, int width, int height, Interpolation interpolation);
/// The part [x, x + width) x [y, y + height), which must lie inside the picture.
Image crop(const Image& image, int x, int y, int width, int height);
Image flip_horizontal(const Image& image);
Image to_grey(const Image& image);  ///< ITU-R 601 luma in all three channels, as PIL's "L"

/// Colour operations with torchvision's meaning; factor 1 (hue 0) changes nothing.
Image adjust_brightness(const Image& image, double factor);
Image adjust_contrast(const Image& image, double factor);
Image adjust_saturation(const Image& image, double factor);
Image adjust_hue(const Image& image, double shift);  ///< in turns, [-0.5, 0.5]

/// A 2x3 matrix that takes output coordinates to input coordinates (pixel centres at integers).
struct AffineMap {
  double xx = 1, xy = 0, x0 = 0;
  double yx = 0, yy = 1, y0 = 0;
};
/// Bilinear warp; what falls outside is `fill` grey.
Image warp(const Image& image,
           const AffineMap& input_from_output,
           int width,
           int height,
           std::uint8_t fill = 0);
/// The same, but beyond the input its edge goes on.
Image warp_over_edges(const Image& image,
                      const AffineMap& input_from_output,
                      int width,
                      int height);
/// Gaussian blur, deviation in pixels.
Image blur(const Image& image, double deviation);

/// Whether the name ends like a picture that `read_image` takes (.jpg .jpeg .png .bmp .webp .tif
/// ...).
bool has_picture_ending(const std::filesystem::path& file);

}  // namespace mien
