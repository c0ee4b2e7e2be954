// Where a head is turned, from the five landmarks.
#pragma once

#include "mien/face/face.h"

namespace mien {

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

/// Fits a rigid generic face, seen from afar (scaled orthographic projection), to the landmarks by
/// least squares. Landmarks that lie on one point, or are no numbers, give a pose of zeros and an
/// infinite misfit. Trust it to some 5 degrees in roll, 10 in yaw and 15 in pitch: five points
/// cannot tell a long nose from a turned head, and detectors put the tip of the nose and the
/// corners of the mouth in places of their own (some 7 degrees of pitch either way).
HeadPose head_pose(const Landmarks& landmarks);

/// Where the generic face's landmarks fall: eyes `eye_distance` pixels apart when frontal, the
/// middle of its eyes at `middle`. What `head_pose` inverts.
Landmarks posed_landmarks(const HeadPose& pose, double eye_distance, const Landmark& middle);

}  // namespace mien
