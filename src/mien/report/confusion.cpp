#include <algorithm>
#include <cmath>
#include <numeric>

#include "mien/core/text.h"
#include "mien/error.h"
#include "mien/report/painter.h"
#include "mien/report/plot.h"

namespace mien {
namespace {

constexpr double kCell = 62, kTop = 62, kBottom = 96, kRight = 86;
const TextStyle kTitle{17, kInk, Anchor::kStart, true};
const TextStyle kName{12.5, kInk, Anchor::kMiddle, false};
const TextStyle kNote{12, kFaint, Anchor::kMiddle, false};

/// From white to a deep blue: the share can be read in grey too.
Rgb shade(double share) {
  constexpr Rgb kDeep{8, 72, 138};
  const double part = std::pow(std::clamp(share, 0.0, 1.0), 0.8);
  const auto blend = [part](std::uint8_t to) {
    return static_cast<std::uint8_t>(std::lround(255 + (to - 255) * part));
  };
  return {blend(kDeep.red), blend(kDeep.green), blend(kDeep.blue)};
}

std::int64_t row_total(const std::vector<std::int64_t>& row) {
  return std::accumulate(row.begin(), row.end(), std::int64_t{0});
}

void draw_cell(Painter& painter, Spot corner, std::int64_t count, std::int64_t total) {
  const double share = total > 0 ? static_cast<double>(count) / static_cast<double>(total) : 0;
  painter.fill({corner.x, corner.y, kCell - 1.5, kCell - 1.5}, total > 0 ? shade(share) : kGrid);
  if (total == 0) return;
  const Rgb ink = share > 0.45 ? kPaper : kInk;
  const Spot middle{corner.x + kCell / 2 - 0.75, corner.y + kCell / 2 - 0.75};
  const std::string percent = number_text(100 * share, 0) + "%";
  painter.text({middle.x, middle.y - 8}, percent, {14, ink, Anchor::kMiddle, share >= 0.5});
  painter.text({middle.x, middle.y + 11},
               std::to_string(count),
               {10.5, share > 0.45 ? kPaper : kFaint, Anchor::kMiddle, false});
}

}  // namespace

Image draw_confusion(const std::vector<std::string>& classes,
                     const std::vector<std::vector<std::int64_t>>& counts,
                     const std::string& title) {
  const bool square = counts.size() == classes.size() &&
                      std::all_of(counts.begin(), counts.end(), [&](const auto& row) {
                        return row.size() == classes.size();
                      });
  if (classes.empty() || !square) {
    throw UsageError("a confusion matrix needs one row and one column a class");
  }
  double left = 0;
  for (const std::string& name : classes) left = std::max(left, drawn_width(name, kName));
  left += 50;
  const double side = kCell * static_cast<double>(classes.size());
  const double width = std::max(left + side + kRight, left + drawn_width(title, kTitle) + 24);
  Painter painter(static_cast<int>(width), static_cast<int>(kTop + side + kBottom));
  painter.text({left, 30}, title, kTitle);
  for (std::size_t row = 0; row < classes.size(); ++row) {
    const double y = kTop + kCell * static_cast<double>(row);
    const std::int64_t total = row_total(counts[row]);
    painter.text({left - 10, y + kCell / 2}, classes[row], {12.5, kInk, Anchor::kEnd, false});
    for (std::size_t column = 0; column < classes.size(); ++column) {
      const double x = left + kCell * static_cast<double>(column);
      draw_cell(painter, {x, y}, counts[row][column], total);
      if (row == 0) {
        // Long names of neighbours would touch: every other one stands a line lower.
        const double down = column % 2 == 0 ? 14 : 32;
        painter.text({x + kCell / 2, kTop + side + down}, classes[column], kName);
      }
    }
    painter.text({left + side + 10, y + kCell / 2},
                 "n=" + std::to_string(total),
                 {12, kFaint, Anchor::kStart, false});
  }
  painter.text({left + side / 2, kTop + side + 62}, "said by the network", kNote);
  painter.vertical_text({18, kTop + side / 2}, "label", kNote);
  return painter.finish();
}

}  // namespace mien
