#include "mien/face/head_pose.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numbers>

#include <opencv2/core.hpp>

namespace mien {
namespace {

constexpr double kDegree = std::numbers::pi / 180;
constexpr double kSteepest = 90 * kDegree;

using Angles = std::array<double, 3>;  // pitch, yaw, roll, radians
using FlatPoints = std::array<cv::Vec2d, kFacePoints>;

/// The generic face in distances between its eyes: x to the right and y downwards in the picture,
/// z away from the viewer; the origin lies midway between the eyes. Measured: x and y are between
/// the medians of MTCNN and YuNet over 70 people who look into the camera, the depths come from a
/// rigid face fitted to what both find in 1,450 faces turned every way (structure from motion).
constexpr std::array<std::array<double, 3>, kFacePoints> kGenericFace = {{
    {-0.5, 0.0, 0.0},
    {0.5, 0.0, 0.0},
    {0.0, 0.54, -0.45},
    {-0.42, 1.03, 0.0},
    {0.42, 1.03, 0.0},
}};

cv::Matx33d rotation(const Angles& angles) {
  // About these axes a right-handed turn lowers the nose and takes it to the left.
  const double pitch = -angles[0];
  const double yaw = -angles[1];
  const double roll = angles[2];
  const cv::Matx33d about_x(
      1, 0, 0, 0, std::cos(pitch), -std::sin(pitch), 0, std::sin(pitch), std::cos(pitch));
  const cv::Matx33d about_y(
      std::cos(yaw), 0, std::sin(yaw), 0, 1, 0, -std::sin(yaw), 0, std::cos(yaw));
  const cv::Matx33d about_z(
      std::cos(roll), -std::sin(roll), 0, std::sin(roll), std::cos(roll), 0, 0, 0, 1);
  return about_z * about_y * about_x;
}

/// The generic face turned and seen from afar.
FlatPoints projected(const Angles& angles) {
  const cv::Matx33d turn = rotation(angles);
  FlatPoints points;
  for (std::size_t i = 0; i < kFacePoints; ++i) {
    const cv::Vec3d place =
        turn * cv::Vec3d(kGenericFace[i][0], kGenericFace[i][1], kGenericFace[i][2]);
    points[i] = {place[0], place[1]};
  }
  return points;
}

/// About their mean.
FlatPoints centred(FlatPoints points) {
  cv::Vec2d mean(0, 0);
  for (const cv::Vec2d& point : points) mean += point;
  mean *= 1.0 / static_cast<double>(points.size());
  for (cv::Vec2d& point : points) point -= mean;
  return points;
}

/// What a pose leaves unexplained, once the best scale and place are taken out.
struct Residual {
  cv::Matx<double, 2 * kFacePoints, 1> values;
  double sum_of_squares = 0;
  double scale = 0;
};

Residual residual_of(const FlatPoints& target, const Angles& angles) {
  const FlatPoints model = centred(projected(angles));
  double product = 0;
  double square = 0;
  for (std::size_t i = 0; i < kFacePoints; ++i) {
    product += model[i].dot(target[i]);
    square += model[i].dot(model[i]);
  }
  Residual residual;
  residual.scale = std::max(product / square, 0.0);
  for (std::size_t i = 0; i < kFacePoints; ++i) {
    const cv::Vec2d left = target[i] - residual.scale * model[i];
    residual.values(static_cast<int>(2 * i)) = left[0];
    residual.values(static_cast<int>(2 * i + 1)) = left[1];
    residual.sum_of_squares += left.dot(left);
  }
  return residual;
}

/// Levenberg and Marquardt's descent over the three angles.
Angles descended(const FlatPoints& target, Angles angles) {
  constexpr int kSteps = 30;
  constexpr double kNudge = 1e-5;
  double damping = 1e-3;
  Residual now = residual_of(target, angles);
  for (int step = 0; step < kSteps && damping < 1e6; ++step) {
    cv::Matx<double, 2 * kFacePoints, 3> slope;
    for (int k = 0; k < 3; ++k) {
      Angles nudged = angles;
      nudged[static_cast<std::size_t>(k)] += kNudge;
      const auto change = (residual_of(target, nudged).values - now.values) * (1 / kNudge);
      for (int row = 0; row < slope.rows; ++row) slope(row, k) = change(row);
    }
    cv::Matx33d normal = slope.t() * slope;
    for (int k = 0; k < 3; ++k) normal(k, k) += damping * (normal(k, k) + 1e-9);
    const cv::Matx31d change = normal.solve(slope.t() * now.values, cv::DECOMP_CHOLESKY);
    Angles next = angles;
    for (std::size_t k = 0; k < next.size(); ++k) next[k] -= change(static_cast<int>(k));
    for (double* angle : {&next[0], &next[1]}) *angle = std::clamp(*angle, -kSteepest, kSteepest);
    const Residual there = residual_of(target, next);
    if (!(there.sum_of_squares < now.sum_of_squares)) {
      damping *= 10;
      continue;
    }
    damping = std::max(damping / 10, 1e-9);
    angles = next;
    now = there;
  }
  return angles;
}

}  // namespace

HeadPose head_pose(const Landmarks& landmarks) {
  FlatPoints target;
  for (std::size_t i = 0; i < kFacePoints; ++i) target[i] = {landmarks[i].x, landmarks[i].y};
  target = centred(target);
  HeadPose pose;
  pose.misfit = std::numeric_limits<double>::infinity();
  double extent = 0;
  for (const cv::Vec2d& point : target) extent += point.dot(point);
  if (!(extent > 0) || !std::isfinite(extent)) return pose;
  for (cv::Vec2d& point : target)
    point *= 1 / std::sqrt(extent);  // steps mean the same whatever the size

  // A flat face turned one way looks much like one turned the other way: start on all sides.
  const cv::Vec2d eyes = target[kRightEye] - target[kLeftEye];
  const double lean = std::atan2(eyes[1], eyes[0]);
  Angles best{};
  Residual least;
  least.sum_of_squares = std::numeric_limits<double>::infinity();
  for (const double pitch : {-30.0, 0.0, 30.0}) {
    for (const double yaw : {-45.0, 0.0, 45.0}) {
      const Angles angles = descended(target, {pitch * kDegree, yaw * kDegree, lean});
      const Residual residual = residual_of(target, angles);
      if (residual.sum_of_squares < least.sum_of_squares) {
        best = angles;
        least = residual;
      }
    }
  }
  pose.pitch = best[0] / kDegree;
  pose.yaw = best[1] / kDegree;
  pose.roll = std::remainder(best[2] / kDegree, 360.0);
  if (least.scale > 0) {
    pose.misfit = std::sqrt(least.sum_of_squares / static_cast<double>(kFacePoints)) / least.scale;
  }
  return pose;
}

Landmarks posed_landmarks(const HeadPose& pose, double eye_distance, const Landmark& middle) {
  const FlatPoints points =
      projected({pose.pitch * kDegree, pose.yaw * kDegree, pose.roll * kDegree});
  Landmarks landmarks;
  for (std::size_t i = 0; i < kFacePoints; ++i) {
    landmarks[i] = {static_cast<float>(middle.x + eye_distance * points[i][0]),
                    static_cast<float>(middle.y + eye_distance * points[i][1])};
  }
  return landmarks;
}

}  // namespace mien
