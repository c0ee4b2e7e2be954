#include "mien/report/overlay.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>
#include <utility>

#include "mien/error.h"
#include "mien/report/affect_look.h"
#include "mien/report/cells.h"
#include "mien/report/overlay_brush.h"

namespace mien {
namespace {

constexpr Rgb kUnsureGround{70, 75, 82};

/// Letters grow with the picture, from ones that are just legible.
int unit_for(const Image& image) {
  return std::clamp(std::min(image.width, image.height) / 44, 9, 96);
}

/// Whole pixels, and nothing that a drawing could choke on.
cv::Rect pixels_of(const Box& box, const Image& image) {
  const auto place = [](float value, int side) {
    const double shown = std::isfinite(value) ? static_cast<double>(value) : 0.0;
    return static_cast<int>(std::lround(std::clamp(shown, -1.0 * side, 2.0 * side)));
  };
  const int left = place(box.x, image.width);
  const int top = place(box.y, image.height);
  return {left,
          top,
          std::max(1, place(box.x + box.width, image.width) - left),
          std::max(1, place(box.y + box.height, image.height) - top)};
}

/// Large faces first: they choose their places first.
std::vector<std::size_t> by_size(const std::vector<cv::Rect>& boxes) {
  std::vector<std::size_t> order(boxes.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return boxes[a].area() > boxes[b].area();
  });
  return order;
}

}  // namespace

Overlay::Overlay(OverlayOptions options) : options_(std::move(options)) {
  if (!options_.thresholds.empty() &&
      options_.thresholds.size() != options_.vocabulary.action_units.size()) {
    throw UsageError("an overlay needs one threshold an action unit, or none");
  }
}

Overlay::~Overlay() = default;

void Overlay::draw(Image& image, const FrameReading& frame) {
  if (image.empty()) return;
  for (const FaceReading& face : frame.faces) {
    check_prediction(face.shown(), options_.vocabulary, frame.input);
  }
  const int unit = unit_for(image);
  if (!brush_ || brush_->unit() != unit) brush_ = std::make_unique<Brush>(unit, options_);
  cv::Mat picture(image.height, image.width, CV_8UC3, image.pixels.data());
  std::vector<cv::Rect> boxes;
  boxes.reserve(frame.faces.size());
  for (const FaceReading& face : frame.faces) boxes.push_back(pixels_of(face.box, image));
  LabelPlaces places(picture.size(), unit, boxes);
  const std::vector<std::size_t> order = by_size(boxes);

  std::vector<LabelPlace> tags(boxes.size());
  std::map<std::int64_t, Slots> slots;
  for (const std::size_t i : order) {
    const FaceReading& face = frame.faces[i];
    brush_->box(picture, boxes[i], person_colour(face.face_id));
    const auto sizes = brush_->tag_sizes(brush_->tag_texts(face));
    tags[i] = places.place(LabelPlaces::Kind::kTag, i, sizes, slots_[face.face_id].tag);
    slots[face.face_id].tag = tags[i].slot;
  }
  for (const std::size_t i : order) {
    const FaceReading& face = frame.faces[i];
    std::vector<LabelSize> sizes = brush_->panel_sizes(face, boxes[i]);
    if (sizes.empty()) continue;
    constexpr double kNoPanel = 30;  // cost of showing none
    sizes.push_back({{0, 0}, kNoPanel});
    const LabelPlace place =
        places.place(LabelPlaces::Kind::kPanel, i, sizes, slots_[face.face_id].panel);
    slots[face.face_id].panel = place.slot;
    if (place.area.area() > 0) brush_->panel(picture, place, face);
  }
  // Names last: nothing may cover them.
  for (const std::size_t i : order) {
    const FaceReading& face = frame.faces[i];
    if (tags[i].size < 0) continue;
    const bool unsure = face.quality && *face.quality < kTrustedQuality;
    const auto texts = brush_->tag_texts(face);
    const std::string& text = texts[static_cast<std::size_t>(tags[i].size)];
    if (!text.empty()) {
      brush_->tag(
          picture, tags[i].area, text, unsure ? kUnsureGround : person_colour(face.face_id));
    }
  }
  slots_ = std::move(slots);
}

}  // namespace mien
