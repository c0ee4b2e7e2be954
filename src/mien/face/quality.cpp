#include "mien/face/quality.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include <opencv2/imgproc.hpp>

namespace mien {
namespace {

constexpr double kFullSize = 112;        // pixels; larger faces read no better
constexpr int kLookedAt = 64;            // side at which sharpness is measured
constexpr double kHalfSharpness = 0.06;  // detail, as a part of contrast, that counts as half sharp
constexpr double kFarthestTurn = 90;     // degrees

double size_part(const Box& box) {
  const double side = std::sqrt(static_cast<double>(box.width) * static_cast<double>(box.height));
  return std::clamp(side / kFullSize, 0.0, 1.0);
}

/// The box's part of the picture as a small grey square; empty where they share no pixel.
cv::Mat grey_square(const Image& image, const Box& box) {
  const auto limited = [](float edge, int size) {
    return static_cast<int>(std::lround(std::clamp(edge, 0.0F, static_cast<float>(size))));
  };
  const int left = limited(box.x, image.width);
  const int right = limited(box.x + box.width, image.width);
  const int top = limited(box.y, image.height);
  const int bottom = limited(box.y + box.height, image.height);
  if (right <= left || bottom <= top) return {};
  const cv::Mat whole(image.height,
                      image.width,
                      CV_8UC3,
                      const_cast<std::uint8_t*>(image.pixels.data()));  // NOLINT(*-const-cast)
  cv::Mat grey;
  cv::cvtColor(whole(cv::Rect(left, top, right - left, bottom - top)), grey, cv::COLOR_RGB2GRAY);
  grey.convertTo(grey, CV_32F);
  const bool shrinks = std::min(grey.cols, grey.rows) > kLookedAt;
  cv::Mat square;
  cv::resize(
      grey, square, {kLookedAt, kLookedAt}, 0, 0, shrinks ? cv::INTER_AREA : cv::INTER_LINEAR);
  return square;
}

double variance(const cv::Mat& values) {
  cv::Scalar mean;
  cv::Scalar deviation;
  cv::meanStdDev(values, mean, deviation);
  return deviation[0] * deviation[0];
}

/// Variance of the Laplacian (Pech-Pacheco et al. 2000) as a part of the picture's own variance, so
/// that a face in dim light is not taken for a blurred one.
double sharpness_part(const Image& image, const Box& box) {
  const cv::Mat square = grey_square(image, box);
  if (square.empty()) return 0;
  const double contrast = variance(square);
  if (contrast < 1) return 0;  // one grey level: nothing to see
  cv::Mat edges;
  cv::Laplacian(square, edges, CV_32F);
  const double detail = variance(edges) / contrast;
  return detail / (detail + kHalfSharpness);
}

/// Of the whole turn from the upright frontal face, whatever its axis.
double angle_part(const HeadPose& pose) {
  constexpr double kDegree = std::numbers::pi / 180;
  const double away = std::acos(std::cos(pose.pitch * kDegree) * std::cos(pose.yaw * kDegree));
  const double turn = std::hypot(away / kDegree, pose.roll);
  return std::clamp(1 - turn / kFarthestTurn, 0.0, 1.0);
}

}  // namespace

Quality face_quality(const Image& image, const Box& box, const HeadPose& pose) {
  Quality quality;
  quality.sharpness = sharpness_part(image, box);
  if (quality.sharpness <= 0) return {};
  quality.size = size_part(box);
  quality.angle = angle_part(pose);
  return quality;
}

}  // namespace mien
