#include "mien/report/painter.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

#include "mien/report/glyphs.h"

namespace mien {
namespace {

constexpr int kScale = 3;  // pixels drawn for one of the finished picture
constexpr int kShift = 4;  // fractional bits of coordinates
constexpr int kFont = cv::FONT_HERSHEY_SIMPLEX;
constexpr double kFontHeight = 30;  // pixels that the font takes at scale 1, descenders included

int fixed(double value) {
  return static_cast<int>(std::lround(value * kScale * (1 << kShift)));
}
cv::Point fixed(Spot spot) {
  // Half a pixel: coordinates name edges, OpenCV's name centres of pixels.
  return {fixed(spot.x) - (1 << (kShift - 1)), fixed(spot.y) - (1 << (kShift - 1))};
}
cv::Scalar scalar(Rgb colour) {
  return {double(colour.red), double(colour.green), double(colour.blue)};
}

double font_scale(const TextStyle& style) {
  return style.size * kScale / kFontHeight;
}
int stroke_width(const TextStyle& style) {
  const double share = style.bold ? 0.128 : 0.09;
  return std::max(1, static_cast<int>(std::lround(style.size * kScale * share)));
}

cv::Size measured(const std::string& text, const TextStyle& style) {
  int baseline = 0;
  return cv::getTextSize(
      drawable_text(text), kFont, font_scale(style), stroke_width(style), &baseline);
}

double anchor_share(Anchor anchor) {
  return anchor == Anchor::kStart ? 0.0 : anchor == Anchor::kMiddle ? 0.5 : 1.0;
}

void put_text(cv::Mat& canvas, cv::Point origin, const std::string& text, const TextStyle& style) {
  cv::putText(canvas,
              drawable_text(text),
              origin,
              kFont,
              font_scale(style),
              scalar(style.colour),
              stroke_width(style),
              cv::LINE_AA);
}

}  // namespace

struct Painter::Surface {
  cv::Mat canvas;
};

Rgb series_colour(std::size_t i) {
  static constexpr std::array<Rgb, 8> kColours = {{{0, 95, 175},
                                                   {213, 94, 0},
                                                   {0, 140, 105},
                                                   {178, 75, 140},
                                                   {196, 140, 0},
                                                   {60, 165, 220},
                                                   {120, 85, 60},
                                                   {90, 98, 108}}};
  return kColours[i % kColours.size()];
}

Painter::Painter(int width, int height) : surface_(std::make_unique<Surface>()) {
  surface_->canvas.create(height * kScale, width * kScale, CV_8UC3);
  surface_->canvas.setTo(scalar(kPaper));
}
Painter::~Painter() = default;

void Painter::fill(const Rect& area, Rgb colour) {
  const cv::Point from(static_cast<int>(std::lround(area.x * kScale)),
                       static_cast<int>(std::lround(area.y * kScale)));
  const cv::Point to(static_cast<int>(std::lround((area.x + area.width) * kScale)) - 1,
                     static_cast<int>(std::lround((area.y + area.height) * kScale)) - 1);
  cv::rectangle(surface_->canvas, from, to, scalar(colour), cv::FILLED);
}

void Painter::line(Spot from, Spot to, Rgb colour, double width) {
  polyline({from, to}, colour, width);
}

void Painter::dashed(Spot from, Spot to, Rgb colour) {
  constexpr double kDash = 5, kGap = 4;
  const double length = std::hypot(to.x - from.x, to.y - from.y);
  const int dashes = static_cast<int>(std::ceil(length / (kDash + kGap)));
  for (int i = 0; i < dashes; ++i) {
    const double at = i * (kDash + kGap);
    const double end = std::min(at + kDash, length);
    const auto along = [&](double part) {
      return Spot{from.x + (to.x - from.x) * part / length,
                  from.y + (to.y - from.y) * part / length};
    };
    line(along(at), along(end), colour, 1.2);
  }
}

void Painter::polyline(const std::vector<Spot>& spots, Rgb colour, double width) {
  std::vector<cv::Point> points;
  for (const Spot& spot : spots) points.push_back(fixed(spot));
  const int thickness = std::max(1, static_cast<int>(std::lround(width * kScale)));
  cv::polylines(surface_->canvas, points, false, scalar(colour), thickness, cv::LINE_AA, kShift);
}

void Painter::dot(Spot centre, double radius, Rgb colour) {
  cv::circle(surface_->canvas,
             fixed(centre),
             fixed(radius),
             scalar(colour),
             cv::FILLED,
             cv::LINE_AA,
             kShift);
}

void Painter::text(Spot at, const std::string& text, const TextStyle& style) {
  const cv::Size size = measured(text, style);
  const cv::Point origin(
      static_cast<int>(std::lround(at.x * kScale - size.width * anchor_share(style.anchor))),
      static_cast<int>(std::lround(at.y * kScale + size.height * 0.5)));
  put_text(surface_->canvas, origin, text, style);
}

void Painter::vertical_text(Spot at, const std::string& text, const TextStyle& style) {
  const cv::Size size = measured(text, style);
  const int margin = size.height;
  cv::Mat lying(size.height + 2 * margin, size.width + 2 * margin, CV_8UC3, scalar(kPaper));
  put_text(lying, {margin, margin + size.height}, text, style);
  cv::Mat standing;
  cv::rotate(lying, standing, cv::ROTATE_90_COUNTERCLOCKWISE);
  const cv::Rect place(static_cast<int>(at.x * kScale) - standing.cols / 2,
                       static_cast<int>(at.y * kScale) - standing.rows / 2,
                       standing.cols,
                       standing.rows);
  const cv::Rect inside = place & cv::Rect({0, 0}, surface_->canvas.size());
  if (inside.empty()) return;
  cv::Mat target = surface_->canvas(inside);
  cv::min(target, standing(inside - place.tl()), target);  // dark on light: nothing is wiped out
}

void Painter::picture(const Rect& area, const Image& image) {
  const int width = static_cast<int>(std::lround(area.width));
  const int height = static_cast<int>(std::lround(area.height));
  Image small = resize(image, width, height, Interpolation::kBicubic);
  const cv::Mat source(height, width, CV_8UC3, small.pixels.data());
  const cv::Rect place(static_cast<int>(std::lround(area.x)) * kScale,
                       static_cast<int>(std::lround(area.y)) * kScale,
                       width * kScale,
                       height * kScale);
  // Pixels repeated: shrinking at the end gives back the very picture.
  cv::resize(source, surface_->canvas(place), place.size(), 0, 0, cv::INTER_NEAREST);
}

Image Painter::finish() const {
  Image image(surface_->canvas.cols / kScale, surface_->canvas.rows / kScale);
  cv::Mat result(image.height, image.width, CV_8UC3, image.pixels.data());
  cv::resize(surface_->canvas, result, result.size(), 0, 0, cv::INTER_AREA);
  return image;
}

double drawn_width(const std::string& text, const TextStyle& style) {
  return static_cast<double>(measured(text, style).width) / kScale;
}

std::string fit_text(const std::string& text, const TextStyle& style, double width) {
  if (drawn_width(text, style) <= width) return text;
  std::string kept = drawable_text(text);
  while (!kept.empty() && drawn_width(kept + "..", style) > width) kept.pop_back();
  return kept + "..";
}

}  // namespace mien
