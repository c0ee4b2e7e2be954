#include <algorithm>
#include <cmath>

#include "mien/error.h"
#include "mien/report/painter.h"
#include "mien/report/plot.h"

namespace mien {
namespace {

constexpr int kGap = 14;
constexpr int kMargin = 18;
constexpr double kLine = 17;
const TextStyle kFirst{12.5, kInk, Anchor::kMiddle, true};
const TextStyle kOther{11.5, kFaint, Anchor::kMiddle, false};

/// The largest area of the picture's proportions in the middle of the cell.
Rect placed(const Image& image, Spot corner, int cell) {
  const double scale = static_cast<double>(cell) / std::max(image.width, image.height);
  const double width = std::max(1.0, std::round(image.width * scale));
  const double height = std::max(1.0, std::round(image.height * scale));
  return {corner.x + std::floor((cell - width) / 2),
          corner.y + std::floor((cell - height) / 2),
          width,
          height};
}

void draw_cell(Painter& painter, const CaptionedImage& entry, Spot corner, int cell) {
  if (!entry.image.empty()) painter.picture(placed(entry.image, corner, cell), entry.image);
  for (std::size_t i = 0; i < entry.caption.size(); ++i) {
    const TextStyle& style = i == 0 ? kFirst : kOther;
    const double y = corner.y + cell + kLine * (static_cast<double>(i) + 0.5) + 5;
    painter.text(
        {corner.x + cell / 2.0, y}, fit_text(entry.caption[i], style, cell + kGap - 4.0), style);
  }
}

}  // namespace

Image draw_sheet(const std::vector<CaptionedImage>& pictures, int columns, int cell) {
  if (pictures.empty() || columns < 1 || cell < 1) {
    throw UsageError("a contact sheet needs pictures, a column and a cell of at least one pixel");
  }
  const int count = static_cast<int>(pictures.size());
  columns = std::min(columns, count);
  const int rows = (count + columns - 1) / columns;
  std::size_t lines = 0;
  for (const CaptionedImage& entry : pictures) lines = std::max(lines, entry.caption.size());
  const int row_height = cell + static_cast<int>(kLine * static_cast<double>(lines)) + 10 + kGap;
  Painter painter(2 * kMargin + columns * (cell + kGap) - kGap,
                  2 * kMargin + rows * row_height - kGap);
  for (int i = 0; i < count; ++i) {
    const int row = i / columns;
    const Spot corner{double(kMargin + i % columns * (cell + kGap)),
                      double(kMargin + row * row_height)};
    draw_cell(painter, pictures[static_cast<std::size_t>(i)], corner, cell);
  }
  return painter.finish();
}

}  // namespace mien
