// Where labels of faces go: inside the picture, off the faces and off each other where that can be.
// For the sources of this module.
#pragma once

#include <vector>

#include <opencv2/core/types.hpp>

namespace mien {

/// One thing to place: `size`, and what it costs to show this one and not a fuller one.
struct LabelSize {
  cv::Size size;
  double penalty = 0;
};

/// What was chosen. `size` is an index of the sizes given, -1 where none fits into the picture;
/// `slot` names size and side, for the next frame.
struct LabelPlace {
  cv::Rect area;
  int size = -1;
  int slot = -1;
};

/// Costs: ten for each square of `unit` that covers another label, forty times the share of its own
/// face and eighty times the share of each other face that it covers, and the penalty.
class LabelPlaces {
 public:
  LabelPlaces(cv::Size picture, int unit, std::vector<cv::Rect> faces);

  /// Sides in the order of preference.
  enum class Kind { kTag, kPanel };
  /// The cheapest place beside face `face`. `slot_before` is preferred a little, so that labels in
  /// a video stay where they are.
  LabelPlace place(Kind kind,
                   std::size_t face,
                   const std::vector<LabelSize>& sizes,
                   int slot_before);

 private:
  double cost(const cv::Rect& area, std::size_t face) const;

  cv::Rect picture_;
  double unit_;
  std::vector<cv::Rect> faces_;
  std::vector<cv::Rect> labels_;
};

}  // namespace mien
