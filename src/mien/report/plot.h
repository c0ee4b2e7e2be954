// Plots that a person reads at a glance: curves over epochs, a confusion matrix, bars; as PNG.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "mien/image/image.h"

namespace mien {

struct Curve {
  std::string name;
  std::vector<double> x;
  std::vector<double> y;  ///< NaN leaves a gap
};
struct Panel {
  std::string title;
  std::string x_label;
  std::string y_label;
  std::vector<Curve> curves;
  std::optional<double> mark;  ///< a dashed line at this x, e.g. the best epoch
};
/// Panels side by side in rows of at most three; a legend with each curve's last value above the
/// axes.
Image draw_panels(const std::vector<Panel>& panels);

/// counts[label][prediction], one row and column a class, drawn as shares of each row with the
/// counts inside.
Image draw_confusion(const std::vector<std::string>& classes,
                     const std::vector<std::vector<std::int64_t>>& counts,
                     const std::string& title);

/// A contact sheet: pictures with a caption of a few lines each, the first in bold.
struct CaptionedImage {
  Image image;
  std::vector<std::string> caption;
};
/// `cell` is the side of a picture, pixels; pictures keep their proportions inside it. Throws
/// UsageError without pictures or with a column or cell below 1.
Image draw_sheet(const std::vector<CaptionedImage>& pictures, int columns, int cell);

}  // namespace mien
