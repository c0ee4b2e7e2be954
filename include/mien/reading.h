// What is read of a picture or a video's frame: where its faces are, who they are, what they show.
// Plain values; docs/readings.md says what each number means and how far to trust it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "mien/affect.h"

namespace mien {

/// A rectangle in pixels of the upright picture. Pixel (0, 0) covers [0, 1) x [0, 1), so the whole
/// picture is {0, 0, width, height}; a box may reach beyond the picture's edges.
struct Box {
  float x = 0;  ///< left edge
  float y = 0;  ///< upper edge
  float width = 0;
  float height = 0;
  bool operator==(const Box&) const = default;
};

/// A point in the same coordinates.
struct Landmark {
  float x = 0;
  float y = 0;
  bool operator==(const Landmark&) const = default;
};

/// Places in `Landmarks`. Left and right are as the picture shows them: the left eye is the one
/// nearer to the picture's left edge, which is the person's own right eye where the picture is not
/// mirrored and stands upright.
enum FacePoint : std::size_t { kLeftEye, kRightEye, kNose, kMouthLeft, kMouthRight };
inline constexpr std::size_t kFacePoints = 5;

/// Middle of each eye, tip of the nose, corners of the mouth.
using Landmarks = std::array<Landmark, kFacePoints>;

/// Degrees, 0 0 0 for a face that looks at the camera with its head upright. The turns follow each
/// other in this order, about axes that stay: pitch, yaw, roll.
struct HeadPose {
  double pitch = 0;  ///< positive: looks up. -90 to 90
  double yaw = 0;    ///< positive: looks to the right side of the picture. -90 to 90
  double roll = 0;   ///< positive: the head leans clockwise, as the picture shows it. -180 to 180
  /// How far the landmarks lie from where that pose puts them: root mean square, in distances
  /// between the eyes of a frontal face of that size. Over 0.15 or so they are no face's.
  double misfit = 0;
};

/// One face. What only a detector gives (landmarks, pose) is absent where the input was a crop
/// already.
struct FaceReading {
  std::int64_t face_id = 0;  ///< from 1; the same person of one input keeps it. 0: not followed
  Box box;
  double confidence = 0;  ///< the detector's, 0 to 1; 1 for a crop
  std::optional<Landmarks> landmarks;
  std::optional<HeadPose> pose;
  std::optional<double> quality;  ///< 0 to 1; readings are to be trusted from about 0.2 on
  Prediction prediction;          ///< as the network gave it
  /// The same after smoothing over time and neutral correction, where either was asked for.
  std::optional<Prediction> adjusted;

  /// What a person should see: adjusted where there is such a thing.
  const Prediction& shown() const { return adjusted ? *adjusted : prediction; }
};

/// A picture, or one frame of a video. No faces is a result too.
struct FrameReading {
  std::string input;       ///< as the user named it
  std::int64_t frame = 0;  ///< from 0, in the order of display; 0 for a picture
  double timestamp = 0;    ///< seconds since the video's first moment; 0 for a picture
  std::vector<FaceReading> faces;
};

}  // namespace mien
