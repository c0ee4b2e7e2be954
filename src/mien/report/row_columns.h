// Names of the columns that rows have whatever the network. For the sources of this module.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace mien {

/// In this order. After them come a network's readings.
inline constexpr std::array<std::string_view, 24> kRowColumns = {"input",
                                                                 "frame",
                                                                 "timestamp",
                                                                 "face_id",
                                                                 "success",
                                                                 "confidence",
                                                                 "x",
                                                                 "y",
                                                                 "width",
                                                                 "height",
                                                                 "left_eye_x",
                                                                 "left_eye_y",
                                                                 "right_eye_x",
                                                                 "right_eye_y",
                                                                 "nose_x",
                                                                 "nose_y",
                                                                 "mouth_left_x",
                                                                 "mouth_left_y",
                                                                 "mouth_right_x",
                                                                 "mouth_right_y",
                                                                 "pitch",
                                                                 "yaw",
                                                                 "roll",
                                                                 "quality"};

enum RowColumn : std::size_t {
  kInputColumn,
  kFrameColumn,
  kTimestampColumn,
  kFaceIdColumn,
  kSuccessColumn,
  kConfidenceColumn,
  kBoxColumn,                           // four
  kLandmarksColumn = kBoxColumn + 4,    // ten
  kPoseColumn = kLandmarksColumn + 10,  // three
  kQualityColumn = kPoseColumn + 3,
};
inline constexpr std::string_view kAdjustedPrefix = "adjusted_";

}  // namespace mien
