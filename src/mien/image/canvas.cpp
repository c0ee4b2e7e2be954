#include "mien/image/canvas.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include <opencv2/imgproc.hpp>

#include "mien/error.h"
#include "mien/image/mat.h"

namespace mien {
namespace {

constexpr int kOversampling = 2;
constexpr int kShift = 6;  // OpenCV takes coordinates in 1/64 pixels

std::uint8_t to_channel(double value) {
  return static_cast<std::uint8_t>(std::clamp(value, 0.0, 255.0) + 0.5);
}

// The outline's coverage in a mask whose corner lies at `corner` of the canvas and whose pixels are
// `step` canvas pixels wide.
void rasterise(const Outline& outline, cv::Point corner, int step, cv::Mat& mask) {
  std::vector<cv::Point> points;
  points.reserve(outline.size());
  for (const Point& point : outline) {
    // OpenCV's pixel centres lie at integers, ours at halves.
    const double x = (point.x * kOversampling - corner.x) / step - 0.5;
    const double y = (point.y * kOversampling - corner.y) / step - 0.5;
    points.emplace_back(static_cast<int>(std::lround(x * (1 << kShift))),
                        static_cast<int>(std::lround(y * (1 << kShift))));
  }
  cv::fillPoly(mask, std::vector<std::vector<cv::Point>>{points}, 255, cv::LINE_AA, kShift);
}

// A wide blur leaves nothing fine to see, so it is made on a coarser grid and enlarged.
cv::Mat soft_coverage(const Outline& outline, cv::Rect box, double deviation) {
  const int step = std::clamp(static_cast<int>(deviation / 1.5), 1, 16);
  const cv::Size size((box.width + step - 1) / step, (box.height + step - 1) / step);
  cv::Mat coverage = cv::Mat::zeros(size, CV_8UC1);
  rasterise(outline, box.tl(), step, coverage);
  if (deviation > 0) {
    cv::GaussianBlur(coverage, coverage, cv::Size(), deviation / step, 0, cv::BORDER_REPLICATE);
  }
  if (step > 1) cv::resize(coverage, coverage, size * step, 0, 0, cv::INTER_LINEAR);
  return coverage;
}

}  // namespace

Colour mix(const Colour& first, const Colour& second, double part) {
  return {first.red + (second.red - first.red) * part,
          first.green + (second.green - first.green) * part,
          first.blue + (second.blue - first.blue) * part};
}

Colour scaled(const Colour& colour, double gain) {
  const auto limit = [](double value) { return std::clamp(value, 0.0, 255.0); };
  return {limit(colour.red * gain), limit(colour.green * gain), limit(colour.blue * gain)};
}

Outline smooth(const Outline& points, bool closed) {
  constexpr int kSteps = 6;
  const auto count = static_cast<std::ptrdiff_t>(points.size());
  if (count < 3) return points;
  const auto at = [&](std::ptrdiff_t i) -> const Point& {
    const std::ptrdiff_t index =
        closed ? (i + count) % count : std::clamp(i, std::ptrdiff_t{0}, count - 1);
    return points[static_cast<std::size_t>(index)];
  };
  Outline curve;
  for (std::ptrdiff_t i = 0; i < (closed ? count : count - 1); ++i) {
    const std::array<Point, 4> p = {at(i - 1), at(i), at(i + 1), at(i + 2)};
    for (int step = 0; step < kSteps; ++step) {
      const double t = static_cast<double>(step) / kSteps;
      const double t2 = t * t;
      const double t3 = t2 * t;
      const std::array<double, 4> w = {
          -t3 + 2 * t2 - t, 3 * t3 - 5 * t2 + 2, -3 * t3 + 4 * t2 + t, t3 - t2};
      Point sum;
      for (std::size_t k = 0; k < 4; ++k) {
        sum.x += 0.5 * w[k] * p[k].x;
        sum.y += 0.5 * w[k] * p[k].y;
      }
      curve.push_back(sum);
    }
  }
  if (!closed) curve.push_back(points.back());
  return curve;
}

Outline ellipse(Point centre, double radius_x, double radius_y, double radians) {
  constexpr int kPoints = 36;
  const double cosine = std::cos(radians);
  const double sine = std::sin(radians);
  Outline outline;
  for (int i = 0; i < kPoints; ++i) {
    const double angle = 2 * std::numbers::pi * i / kPoints;
    const double x = radius_x * std::cos(angle);
    const double y = radius_y * std::sin(angle);
    outline.push_back({centre.x + x * cosine - y * sine, centre.y + x * sine + y * cosine});
  }
  return outline;
}

Outline stroke(const Outline& line, double width, double taper) {
  if (line.size() < 2) return {};
  Outline left;
  Outline right;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const Point& before = line[i == 0 ? 0 : i - 1];
    const Point& after = line[std::min(i + 1, line.size() - 1)];
    const double length = std::max(1e-9, std::hypot(after.x - before.x, after.y - before.y));
    const double along = static_cast<double>(i) / static_cast<double>(line.size() - 1);
    const double swell = 1 - taper + taper * std::sin(std::numbers::pi * along);
    const double half = 0.5 * width * swell / length;
    const Point across = {-(after.y - before.y) * half, (after.x - before.x) * half};
    left.push_back({line[i].x + across.x, line[i].y + across.y});
    right.push_back({line[i].x - across.x, line[i].y - across.y});
  }
  left.insert(left.end(), right.rbegin(), right.rend());
  return left;
}

Canvas::Canvas(int width, int height, const Colour& ground) {
  constexpr int kLargestSide = 8192;
  if (width < 1 || height < 1 || width > kLargestSide || height > kLargestSide) {
    throw UsageError("a canvas has sides between 1 and 8192 pixels");
  }
  image_ = Image(width * kOversampling, height * kOversampling);
  for (std::size_t i = 0; i < image_.pixels.size(); i += 3) {
    image_.pixels[i] = to_channel(ground.red);
    image_.pixels[i + 1] = to_channel(ground.green);
    image_.pixels[i + 2] = to_channel(ground.blue);
  }
}

Canvas::Box Canvas::bounds(const Outline& outline, double margin) const {
  if (outline.size() < 3) return {};
  double left = outline[0].x;
  double right = left;
  double top = outline[0].y;
  double bottom = top;
  for (const Point& point : outline) {
    left = std::min(left, point.x);
    right = std::max(right, point.x);
    top = std::min(top, point.y);
    bottom = std::max(bottom, point.y);
  }
  const auto place = [&](double value, int side) {
    return static_cast<int>(std::clamp(value * kOversampling, 0.0, static_cast<double>(side)));
  };
  const int x = place(left - margin, image_.width);
  const int y = place(top - margin, image_.height);
  return {x, y, place(right + margin, image_.width) - x, place(bottom + margin, image_.height) - y};
}

void Canvas::fill(const Outline& outline, const Paint& paint) {
  constexpr double kEdge = 1.5;  // anti-aliasing reaches over the outline
  const Box box = bounds(outline, kEdge + 3 * paint.softness);
  if (box.width <= 0 || box.height <= 0 || paint.opacity <= 0) return;
  const cv::Mat coverage =
      soft_coverage(outline, {box.x, box.y, box.width, box.height}, paint.softness * kOversampling);
  for (int y = 0; y < box.height; ++y) {
    blend({box.x, box.y + y, box.width, 1}, coverage.ptr<std::uint8_t>(y), paint);
  }
}

void Canvas::blend(const Box& row, const std::uint8_t* covered, const Paint& paint) {
  const std::array<int, 3> colour = {
      to_channel(paint.colour.red), to_channel(paint.colour.green), to_channel(paint.colour.blue)};
  // Weights in 1/65536, so that a pixel costs one product a channel.
  const int opacity = static_cast<int>(std::min(paint.opacity, 1.0) * 65536 / 255 + 0.5);
  std::uint8_t* pixel = image_.row(row.y) + row.x * std::ptrdiff_t{3};
  const std::uint8_t* open =
      clip_.empty() ? nullptr
                    : clip_.data() + static_cast<std::ptrdiff_t>(row.y) * image_.width + row.x;
  for (int x = 0; x < row.width; ++x, pixel += 3) {
    if (covered[x] == 0) continue;
    const int weight = covered[x] * opacity * (open == nullptr ? 255 : open[x]) / 255;
    for (std::size_t c = 0; c < 3; ++c) {
      const int change = (colour[c] - pixel[c]) * weight + (1 << 15);
      pixel[c] = static_cast<std::uint8_t>(pixel[c] + (change >> 16));
    }
  }
}

void Canvas::clip(const Outline& outline) {
  clip_.assign(image_.pixels.size() / 3, 0);
  cv::Mat mask(image_.height, image_.width, CV_8UC1, clip_.data());
  if (outline.size() >= 3) rasterise(outline, {0, 0}, 1, mask);
}

void Canvas::unclip() {
  clip_.clear();
}

Image Canvas::finish() const {
  Image small(image_.width / kOversampling, image_.height / kOversampling);
  cv::Mat to = mat_of(small);
  cv::resize(mat_of(image_), to, to.size(), 0, 0, cv::INTER_AREA);
  return small;
}

}  // namespace mien
