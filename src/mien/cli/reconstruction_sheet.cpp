#include "mien/cli/reconstruction_sheet.h"

#include <algorithm>
#include <array>
#include <cstddef>

namespace mien::cli {
namespace {

constexpr int kLeastSide = 192;
constexpr int kGap = 4;
constexpr std::uint8_t kGround = 255;

void paste(Image& sheet, const Image& picture, int left, int top) {
  for (int y = 0; y < picture.height; ++y) {
    std::copy_n(picture.row(y),
                picture.row_bytes(),
                sheet.row(top + y) + static_cast<std::ptrdiff_t>(3) * left);
  }
}

/// Whole multiples of its size, so that every patch stays as sharp as it is.
Image enlarged(const Image& picture, int factor) {
  Image large(picture.width * factor, picture.height * factor);
  for (int y = 0; y < large.height; ++y) {
    const std::uint8_t* from = picture.row(y / factor);
    std::uint8_t* to = large.row(y);
    for (int x = 0; x < large.width; ++x, to += 3) {
      std::copy_n(from + static_cast<std::ptrdiff_t>(3) * (x / factor), 3, to);
    }
  }
  return large;
}

}  // namespace

Image reconstruction_sheet(const at::Tensor& pictures,
                           const Reconstruction& made,
                           const InputOptions& input) {
  const auto rows = static_cast<int>(pictures.size(0));
  const auto size = static_cast<int>(pictures.size(2));
  const int factor = std::max(1, kLeastSide / size);
  const int side = size * factor;
  const std::array<at::Tensor, 3> columns = {pictures, made.seen, made.filled};
  const auto count = static_cast<int>(columns.size());
  Image sheet(count * (side + kGap) - kGap, rows * (side + kGap) - kGap);
  std::fill(sheet.pixels.begin(), sheet.pixels.end(), kGround);
  for (int row = 0; row < rows; ++row) {
    int left = 0;
    for (const at::Tensor& column : columns) {
      paste(sheet,
            enlarged(image_from_tensor(column[row], input), factor),
            left,
            row * (side + kGap));
      left += side + kGap;
    }
  }
  return sheet;
}

}  // namespace mien::cli
