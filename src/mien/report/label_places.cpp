#include "mien/report/label_places.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <limits>
#include <utility>

namespace mien {
namespace {

constexpr std::size_t kSides = 7;

struct Around {
  cv::Rect face;
  cv::Size size;
  int gap;

  int above() const { return face.y - gap - size.height; }
  int below() const { return face.y + face.height + gap; }
  int left_of() const { return face.x - gap - size.width; }
  int right_of() const { return face.x + face.width + gap; }
  int right_edge() const { return face.x + face.width - size.width; }
  int lower_edge() const { return face.y + face.height - size.height; }
};

std::array<cv::Point, kSides> tag_corners(const Around& at) {
  return {{{at.face.x, at.above()},
           {at.face.x, at.below()},
           {at.right_edge(), at.above()},
           {at.right_edge(), at.below()},
           {at.face.x, at.face.y},
           {at.right_of(), at.face.y},
           {at.left_of(), at.face.y}}};
}

std::array<cv::Point, kSides> panel_corners(const Around& at) {
  return {{{at.right_of(), at.face.y},
           {at.left_of(), at.face.y},
           {at.right_of(), at.lower_edge()},
           {at.left_of(), at.lower_edge()},
           {at.face.x, at.below()},
           {at.right_edge(), at.below()},
           {at.face.x, at.above()}}};
}

cv::Rect moved_inside(cv::Rect area, const cv::Rect& picture) {
  area.x = std::clamp(area.x, 0, picture.width - area.width);
  area.y = std::clamp(area.y, 0, picture.height - area.height);
  return area;
}

}  // namespace

LabelPlaces::LabelPlaces(cv::Size picture, int unit, std::vector<cv::Rect> faces)
    : picture_({0, 0}, picture), unit_(unit), faces_(std::move(faces)) {}

double LabelPlaces::cost(const cv::Rect& area, std::size_t face) const {
  double labels = 0;
  for (const cv::Rect& label : labels_) labels += (label & area).area();
  double shares = 0;  // of faces that are covered
  for (std::size_t i = 0; i < faces_.size(); ++i) {
    const double share = (faces_[i] & area).area() / double(std::max(1, faces_[i].area()));
    shares += i == face ? share : 2 * share;
  }
  return 10 * labels / (unit_ * unit_) + 40 * shares;
}

LabelPlace LabelPlaces::place(Kind kind,
                              std::size_t face,
                              const std::vector<LabelSize>& sizes,
                              int slot_before) {
  constexpr double kOrder = 0.2;  // a side costs this more than the one before it
  constexpr double kStay = 4;
  LabelPlace best;
  double lowest = std::numeric_limits<double>::infinity();
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    const cv::Size size = sizes[i].size;
    if (size.width > picture_.width || size.height > picture_.height) continue;
    const Around around{faces_[face], size, static_cast<int>(unit_ / 4)};
    const auto corners = kind == Kind::kTag ? tag_corners(around) : panel_corners(around);
    for (std::size_t side = 0; side < kSides; ++side) {
      const cv::Rect area = moved_inside({corners[side], size}, picture_);
      const int slot = static_cast<int>(i * kSides + side);
      const double total = cost(area, face) + sizes[i].penalty +
                           kOrder * static_cast<double>(side) - (slot == slot_before ? kStay : 0);
      if (total >= lowest) continue;
      lowest = total;
      best = {area, static_cast<int>(i), slot};
    }
  }
  if (best.size >= 0) labels_.push_back(best.area);
  return best;
}

}  // namespace mien
