// Pictures with faces for tests: the one that set-up brings, and what is made of it.
#pragma once

#include <cmath>
#include <filesystem>
#include <numbers>

#include <gtest/gtest.h>

#include "mien/face/boxes.h"
#include "mien/face/face.h"
#include "mien/image/image.h"

#include "test_paths.h"

namespace mien::test {

/// 512 x 512; one woman who smiles, her head a little to the left of the middle.
inline Image astronaut() {
  return read_image(std::filesystem::path(kDepsDir) / "pictures/astronaut.png");
}

/// Where her face is, by eye, in the whole picture.
inline Face astronaut_face() {
  Face face;
  face.box = {178, 64, 90, 108};
  face.landmarks = {{{206, 101}, {245, 103}, {226, 128}, {204, 139}, {246, 141}}};
  return face;
}

inline Face scaled(Face face, float factor) {
  face.box = {
      face.box.x * factor, face.box.y * factor, face.box.width * factor, face.box.height * factor};
  for (Landmark& point : face.landmarks) point = {point.x * factor, point.y * factor};
  return face;
}

/// As in the mirrored picture: what was left is right.
inline Face mirrored(const Face& face, int width) {
  const auto edge = static_cast<float>(width);
  Face result = face;
  result.box.x = edge - face.box.x - face.box.width;
  const std::array<FacePoint, kFacePoints> other = {
      kRightEye, kLeftEye, kNose, kMouthRight, kMouthLeft};
  for (std::size_t i = 0; i < kFacePoints; ++i) {
    result.landmarks[i] = {edge - face.landmarks[other[i]].x, face.landmarks[other[i]].y};
  }
  return result;
}

/// The picture turned clockwise about its middle, corners black.
inline Image turned(const Image& image, double degrees) {
  const double angle = degrees * std::numbers::pi / 180;
  const double x = (image.width - 1) / 2.0;
  const double y = (image.height - 1) / 2.0;
  AffineMap map;
  map.xx = map.yy = std::cos(angle);
  map.xy = std::sin(angle);
  map.yx = -map.xy;
  map.x0 = x - map.xx * x - map.xy * y;
  map.y0 = y - map.yx * x - map.yy * y;
  return warp(image, map, image.width, image.height);
}

/// Where a point of the picture is once that is turned.
inline Landmark turned(const Landmark& point, const Image& image, double degrees) {
  const double angle = degrees * std::numbers::pi / 180;
  const double x = static_cast<double>(point.x) - image.width / 2.0;
  const double y = static_cast<double>(point.y) - image.height / 2.0;
  return {static_cast<float>(x * std::cos(angle) - y * std::sin(angle) + image.width / 2.0),
          static_cast<float>(x * std::sin(angle) + y * std::cos(angle) + image.height / 2.0)};
}

/// Every pixel another grey level, without any shape.
inline Image noise(int width, int height) {
  Image image(width, height);
  std::uint32_t state = 12345;
  for (std::uint8_t& value : image.pixels) {
    state = state * 1664525U + 1013904223U;
    value = static_cast<std::uint8_t>(state >> 24);
  }
  return image;
}

/// Whether the landmarks lie where they should, to a part of the box's side.
inline testing::AssertionResult landmarks_near(const Landmarks& actual,
                                               const Landmarks& expected,
                                               float tolerance) {
  for (std::size_t i = 0; i < kFacePoints; ++i) {
    const float off = std::hypot(actual[i].x - expected[i].x, actual[i].y - expected[i].y);
    if (!(off <= tolerance)) {
      return testing::AssertionFailure()
             << "landmark " << i << " at (" << actual[i].x << ", " << actual[i].y << "), not ("
             << expected[i].x << ", " << expected[i].y << ")";
    }
  }
  return testing::AssertionSuccess();
}

}  // namespace mien::test
