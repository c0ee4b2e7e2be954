// Where a head is turned, from the five landmarks.
#pragma once

#include "mien/reading.h"

namespace mien {

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
