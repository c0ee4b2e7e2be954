#include "mien/face/mtcnn_proposals.h"

#include <algorithm>
#include <array>
#include <cstring>

#include <ATen/Parallel.h>
#include <c10/core/InferenceMode.h>
#include <opencv2/core/mat.hpp>

namespace mien {
namespace {

constexpr int kStride = 2;      // pixels between two windows
constexpr int kBandCells = 48;  // rows of windows that are computed at once: what a cache holds
constexpr int kWidthStep = 32;  // widths are rounded up to this: few shapes, prepared once each

/// Rows of windows [begin, end) of a level.
struct Band {
  std::size_t level = 0;
  int begin = 0;
  int end = 0;
};

/// A window by its place on a level's grid of windows.
struct Cell {
  int column = 0;
  int row = 0;
  float logit = 0;
  std::array<float, 4> corrections{};
};

int cells_along(int pixels) {
  return (pixels - kProposalWindow) / kStride + 1;
}

/// The rows of pixels under a band, colours scaled, grey beyond the right edge. [1, 3, h, w]
at::Tensor pixels_of(const Image& image, const Band& band) {
  const int rows = (band.end - band.begin - 1) * kStride + kProposalWindow;
  const int width = (image.width + kWidthStep - 1) / kWidthStep * kWidthStep;
  at::Tensor pixels = empty_pictures(1, rows, width);
  float* out = pixels.data_ptr<float>();
  for (int y = 0; y < rows; ++y, out += std::ptrdiff_t{3} * width) {
    const std::uint8_t* in = image.row(band.begin * kStride + y);
    const std::ptrdiff_t count = std::ptrdiff_t{3} * image.width;
    for (std::ptrdiff_t i = 0; i < count; ++i) out[i] = in[i] * kColourScale + kColourShift;
    std::fill(out + count, out + std::ptrdiff_t{3} * width, 0.0F);
  }
  return pixels;
}

std::vector<Cell> cells_over(const MtcnnNetwork& network,
                             const Image& image,
                             const Band& band,
                             float threshold) {
  const c10::InferenceMode no_gradients;
  const at::Tensor output = network.forward(pixels_of(image, band)).contiguous();  // [1, h, w, 5]
  const std::int64_t values = output.size(3);
  const int columns = cells_along(image.width);
  std::vector<Cell> cells;
  for (int row = band.begin; row < band.end; ++row) {
    const float* at = output.data_ptr<float>() + (row - band.begin) * output.size(2) * values;
    for (int column = 0; column < columns; ++column, at += values) {
      if (!(at[0] > threshold)) continue;
      cells.push_back({column, row, at[0], {at[1], at[2], at[3], at[4]}});
    }
  }
  return cells;
}

std::vector<Band> bands_of(const std::vector<Pyramid::Level>& levels) {
  std::vector<Band> bands;
  for (std::size_t i = 0; i < levels.size(); ++i) {
    const int rows = cells_along(levels[i].image.height);
    for (int begin = 0; begin < rows; begin += kBandCells) {
      bands.push_back({i, begin, std::min(begin + kBandCells, rows)});
    }
  }
  return bands;
}

/// The best first, without the eight neighbours of a better one. With windows of 12 pixels 2 apart
/// these are the ones that share more than half of the area that either covers.
std::vector<Cell> best_among_neighbours(std::vector<Cell> cells, const Image& image) {
  std::stable_sort(cells.begin(), cells.end(), [](const Cell& first, const Cell& second) {
    return first.logit > second.logit;
  });
  const int stride = cells_along(image.width) + 2;  // a border, so that no edge is a special case
  std::vector<bool> covered(static_cast<std::size_t>(stride) *
                            static_cast<std::size_t>(cells_along(image.height) + 2));
  std::erase_if(cells, [&](const Cell& cell) {
    const auto place = static_cast<std::size_t>((cell.row + 1)) * static_cast<std::size_t>(stride) +
                       static_cast<std::size_t>(cell.column + 1);
    if (covered[place]) return true;
    for (int dy = -1; dy <= 1; ++dy) {
      const std::size_t middle =
          place + static_cast<std::size_t>(stride + dy * stride) - static_cast<std::size_t>(stride);
      covered[middle - 1] = covered[middle] = covered[middle + 1] = true;
    }
    return false;
  });
  return cells;
}

Window window_of(const Cell& cell, const Pyramid::Level& level) {
  const Box box{static_cast<float>(cell.column * kStride / level.scale_x),
                static_cast<float>(cell.row * kStride / level.scale_y),
                static_cast<float>(kProposalWindow / level.scale_x),
                static_cast<float>(kProposalWindow / level.scale_y)};
  return {corrected(box, cell.corrections.data()), cell.logit};
}

}  // namespace

Box corrected(const Box& box, const float* corrections) {
  return {box.x + corrections[0] * box.width,
          box.y + corrections[1] * box.height,
          box.width * (1 + corrections[2] - corrections[0]),
          box.height * (1 + corrections[3] - corrections[1])};
}

std::vector<Window> proposals(const MtcnnNetwork& network,
                              const Pyramid& pyramid,
                              float threshold) {
  const std::vector<Pyramid::Level>& levels = pyramid.levels();
  const std::vector<Band> bands = bands_of(levels);
  std::vector<std::vector<Cell>> found(bands.size());
  at::parallel_for(0, static_cast<std::int64_t>(bands.size()), 1, [&](auto begin, auto end) {
    for (auto i = static_cast<std::size_t>(begin); i < static_cast<std::size_t>(end); ++i) {
      found[i] = cells_over(network, levels[bands[i].level].image, bands[i], threshold);
    }
  });
  std::vector<std::vector<Cell>> cells(levels.size());
  for (std::size_t i = 0; i < bands.size(); ++i) {
    std::vector<Cell>& all = cells[bands[i].level];
    all.insert(all.end(), found[i].begin(), found[i].end());
  }
  std::vector<Window> windows;
  for (std::size_t i = 0; i < levels.size(); ++i) {
    for (const Cell& cell : best_among_neighbours(std::move(cells[i]), levels[i].image)) {
      windows.push_back(window_of(cell, levels[i]));
    }
  }
  return windows;
}

}  // namespace mien
