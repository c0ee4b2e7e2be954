// A face in a picture. Plain values.
#pragma once

#include <array>
#include <cstddef>

namespace mien {

/// A rectangle in pixels of the picture. Pixel (0, 0) covers [0, 1) x [0, 1), so the whole picture
/// is {0, 0, width, height}; a box may reach beyond the picture's edges.
struct Box {
  float x = 0;  ///< left edge
  float y = 0;  ///< upper edge
  float width = 0;
  float height = 0;
};

/// A point in the same coordinates.
struct Landmark {
  float x = 0;
  float y = 0;
};

/// Places in `Landmarks`. Left and right are as the picture shows them: the left eye is the one
/// nearer to the picture's left edge, which is the person's own right eye where the picture is not
/// mirrored and stands upright.
enum FacePoint : std::size_t { kLeftEye, kRightEye, kNose, kMouthLeft, kMouthRight };
inline constexpr std::size_t kFacePoints = 5;

/// Middle of each eye, tip of the nose, corners of the mouth.
using Landmarks = std::array<Landmark, kFacePoints>;

struct Face {
  Box box;
  float score = 0;  ///< the detector's confidence, 0 to 1
  Landmarks landmarks;
};

}  // namespace mien
