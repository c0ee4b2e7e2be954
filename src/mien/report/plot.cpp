#include "mien/report/plot.h"

#include <algorithm>
#include <cmath>

#include "mien/error.h"
#include "mien/report/painter.h"
#include "mien/report/ticks.h"

namespace mien {
namespace {

constexpr int kPanelWidth = 500;
constexpr int kPanelHeight = 380;
constexpr int kPanelsInRow = 3;
constexpr double kMarginLeft = 66, kMarginRight = 22, kMarginBottom = 52;
constexpr double kTitleHeight = 40, kLegendLine = 19, kSwatch = 18;
const TextStyle kTitle{17, kInk, Anchor::kStart, true};
const TextStyle kLegend{12.5, kInk, Anchor::kStart, false};
const TextStyle kAxis{12.5, kFaint, Anchor::kMiddle, false};

struct Extent {
  double low = std::numeric_limits<double>::infinity();
  double high = -std::numeric_limits<double>::infinity();
  void add(double value) {
    if (!std::isfinite(value)) return;
    low = std::min(low, value);
    high = std::max(high, value);
  }
};

struct Axes {
  Rect area;
  Ticks x, y;
  Spot at(double x_value, double y_value) const {
    return {area.x + (x_value - x.low) / (x.high - x.low) * area.width,
            area.y + area.height - (y_value - y.low) / (y.high - y.low) * area.height};
  }
};

std::string value_label(double value) {
  if (!std::isfinite(value)) return "";
  const double size = std::abs(value);
  char text[32];
  std::snprintf(text,
                sizeof text,
                size == 0 || (size >= 1e-3 && size < 1e5) ? "%.*f" : "%.*e",
                size >= 10 || size < 1e-3 ? 1 : 3,
                value);
  return text;
}

double last_value(const Curve& curve) {
  for (std::size_t i = curve.y.size(); i-- > 0;) {
    if (std::isfinite(curve.y[i])) return curve.y[i];
  }
  return std::nan("");
}

/// Draws name and last value of each curve; returns the height it took.
double draw_legend(Painter& painter, const Panel& panel, Spot corner) {
  const double right = corner.x + kPanelWidth - kMarginLeft - kMarginRight;
  Spot at{corner.x, corner.y + kLegendLine / 2};
  for (std::size_t i = 0; i < panel.curves.size(); ++i) {
    const std::string value = value_label(last_value(panel.curves[i]));
    const std::string text = panel.curves[i].name + (value.empty() ? "" : "  " + value);
    const double width = kSwatch + 7 + drawn_width(text, kLegend) + 18;
    if (at.x > corner.x && at.x + width - 18 > right) at = {corner.x, at.y + kLegendLine};
    painter.line(at, {at.x + kSwatch, at.y}, series_colour(i), 3);
    painter.text({at.x + kSwatch + 7, at.y}, text, kLegend);
    at.x += width;
  }
  return at.y + kLegendLine / 2 - corner.y;
}

Axes make_axes(const Panel& panel, const Rect& area) {
  Extent x, y;
  for (const Curve& curve : panel.curves) {
    for (const double value : curve.x) x.add(value);
    for (const double value : curve.y) y.add(value);
  }
  return {area, whole_ticks(x.low, x.high, 8), nice_ticks(y.low, y.high, 5)};
}

void draw_axes(Painter& painter, const Panel& panel, const Axes& axes) {
  const Rect& area = axes.area;
  for (const double y : axes.y.positions()) {
    const double at = axes.at(axes.x.low, y).y;
    painter.line({area.x, at}, {area.x + area.width, at}, kGrid);
    TextStyle style = kAxis;
    style.anchor = Anchor::kEnd;
    painter.text({area.x - 8, at}, axes.y.label(y), style);
  }
  const double bottom = area.y + area.height;
  for (const double x : axes.x.positions()) {
    const double at = axes.at(x, axes.y.low).x;
    painter.line({at, bottom}, {at, bottom + 4}, kFaint);
    painter.text({at, bottom + 15}, axes.x.label(x), kAxis);
  }
  painter.line({area.x, bottom}, {area.x + area.width, bottom}, kFaint, 1.2);
  painter.text({area.x + area.width / 2, bottom + 36}, panel.x_label, kAxis);
  painter.vertical_text({area.x - 52, area.y + area.height / 2}, panel.y_label, kAxis);
}

void draw_curve(Painter& painter, const Curve& curve, const Axes& axes, Rgb colour) {
  constexpr std::size_t kMostDots = 40;
  std::vector<Spot> run;
  const std::size_t count = std::min(curve.x.size(), curve.y.size());
  for (std::size_t i = 0; i <= count; ++i) {
    if (i < count && std::isfinite(curve.x[i]) && std::isfinite(curve.y[i])) {
      run.push_back(axes.at(curve.x[i], curve.y[i]));
      continue;
    }
    if (run.size() > 1) painter.polyline(run, colour, 2);
    // A point between two gaps is no line, and a few points read better with dots on them.
    if (run.size() == 1 || count <= kMostDots) {
      for (const Spot& spot : run) painter.dot(spot, 3, colour);
    }
    run.clear();
  }
}

void draw_panel(Painter& painter, const Panel& panel, Spot corner) {
  const Spot inner{corner.x + kMarginLeft, corner.y};
  painter.text({inner.x, corner.y + kTitleHeight / 2 + 4}, panel.title, kTitle);
  const double legend = draw_legend(painter, panel, {inner.x, corner.y + kTitleHeight});
  const double top = corner.y + kTitleHeight + legend + 12;
  const Rect area{inner.x,
                  top,
                  kPanelWidth - kMarginLeft - kMarginRight,
                  corner.y + kPanelHeight - kMarginBottom - top};
  const Axes axes = make_axes(panel, area);
  draw_axes(painter, panel, axes);
  if (panel.mark && *panel.mark >= axes.x.low && *panel.mark <= axes.x.high) {
    const double x = axes.at(*panel.mark, axes.y.low).x;
    painter.dashed({x, area.y}, {x, area.y + area.height}, kFaint);
  }
  for (std::size_t i = 0; i < panel.curves.size(); ++i) {
    draw_curve(painter, panel.curves[i], axes, series_colour(i));
  }
}

}  // namespace

Image draw_panels(const std::vector<Panel>& panels) {
  if (panels.empty()) throw UsageError("no panels to draw");
  const int count = static_cast<int>(panels.size());
  const int columns = std::min(count, kPanelsInRow);
  const int rows = (count + columns - 1) / columns;
  Painter painter(columns * kPanelWidth, rows * kPanelHeight);
  for (int i = 0; i < count; ++i) {
    const int row = i / columns;
    draw_panel(painter,
               panels[static_cast<std::size_t>(i)],
               {double(i % columns) * kPanelWidth, double(row) * kPanelHeight});
  }
  return painter.finish();
}

}  // namespace mien
