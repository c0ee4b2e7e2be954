#include "mien/report/overlay_brush.h"

#include <algorithm>
#include <cmath>

#include <opencv2/imgproc.hpp>

#include "mien/affect/decisions.h"
#include "mien/report/affect_look.h"
#include "mien/report/reading_text.h"

namespace mien {
namespace {

constexpr Rgb kGround{16, 18, 22};
constexpr Rgb kLight{240, 242, 245};
constexpr Rgb kDim{150, 156, 165};
constexpr double kGroundOpacity = 0.66;
constexpr int kSmallestText = 9;

cv::Scalar scalar(Rgb colour) {
  return {double(colour.red), double(colour.green), double(colour.blue)};
}

int part_of(int whole, double share) {
  return static_cast<int>(std::lround(whole * share));
}

/// Colours of persons are made for white paper; bars lie on a dark ground.
Rgb bright(Rgb colour) {
  return mixed(colour, {255, 255, 255}, 0.35);
}

double shown_share(float probability) {
  return std::isfinite(probability) ? std::clamp(static_cast<double>(probability), 0.0, 1.0) : 0;
}

}  // namespace

Overlay::Brush::Brush(int unit, const OverlayOptions& options)
    : options_(options),
      unit_(unit),
      pad_(std::max(2, unit / 3)),
      text_(unit),
      small_text_(std::max(kSmallestText, part_of(unit, 0.8))) {
  for (const std::string& name : options.vocabulary.action_units) {
    name_width_ = std::max(name_width_, small_text_.width(name));
  }
}

std::vector<std::string> Overlay::Brush::tag_texts(const FaceReading& face) const {
  const std::string id = face.face_id > 0 ? std::to_string(face.face_id) : "";
  const bool unsure = face.quality && *face.quality < kTrustedQuality;
  const std::string end = unsure ? " ?" : "";
  const std::vector<float>& classes = face.shown().expression;
  std::vector<std::string> texts;
  if (const auto top = top_expression(classes)) {
    const std::string start = id.empty() ? "" : id + "  ";
    const std::string& name = options_.vocabulary.expressions[*top];
    texts.push_back(start + name + " " + percent_text(shown_share(classes[*top])) + end);
    texts.push_back(start + name.substr(0, 3) + end);
  }
  texts.push_back(id + end);
  return texts;
}

std::vector<LabelSize> Overlay::Brush::tag_sizes(const std::vector<std::string>& texts) const {
  std::vector<LabelSize> sizes;
  sizes.reserve(texts.size());
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const int width = text_.width(texts[i]) + 2 * pad_;
    sizes.push_back({{width, part_of(unit_, 1.4)}, 5.0 * static_cast<double>(i)});
  }
  return sizes;
}

int Overlay::Brush::row_height() const {
  return small_text_.size() + std::max(1, unit_ / 10);
}

int Overlay::Brush::plane_height() const {
  return has_plane() ? 5 * unit_ + 2 * row_height() : 0;
}

std::vector<LabelSize> Overlay::Brush::panel_sizes(const FaceReading& face,
                                                   const cv::Rect& box) const {
  const bool units_shown = !face.shown().action_units.empty();
  const bool plane_shown = has_plane() && face.shown().valence && face.shown().arousal;
  const int side = std::min(box.width, box.height);
  if ((!units_shown && !plane_shown) || side < 2 * unit_) return {};
  const int rows = units_shown ? units() * row_height() : 0;
  const int bars_width = units_shown ? name_width_ + 4 * unit_ : 0;
  const int plane_width = plane_shown ? std::max(5 * unit_, small_text_.width("A +0.00")) : 0;
  const int plane_rows = plane_shown ? plane_height() : 0;
  const int between = units_shown && plane_shown ? pad_ : 0;
  constexpr double kNever = 1e6;  // tiny faces would vanish beside a full panel
  const double full = side < 4 * unit_ ? kNever : 0;
  return {{{std::max(plane_width, bars_width) + 2 * pad_, plane_rows + between + rows + 2 * pad_},
           full},
          {{plane_width + between + bars_width + 2 * pad_, std::max(plane_rows, rows) + 2 * pad_},
           full + 0.5},
          {{(plane_shown ? 2 * unit_ : 0) + between +
                (units_shown ? units() * std::max(3, unit_ / 3) : 0) + 2 * pad_,
            2 * unit_ + 2 * pad_},
           12}};
}

void Overlay::Brush::box(cv::Mat& picture, const cv::Rect& box, Rgb colour) const {
  const int width = std::max(1, unit_ / 8);
  const auto frame = [&](const cv::Rect& outer, int thickness, Rgb paint, double opacity) {
    const cv::Rect& r = outer;
    shade(picture, {r.x, r.y, r.width, thickness}, paint, opacity);
    shade(picture, {r.x, r.y + r.height - thickness, r.width, thickness}, paint, opacity);
    const int inner = r.height - 2 * thickness;
    shade(picture, {r.x, r.y + thickness, thickness, inner}, paint, opacity);
    shade(picture, {r.x + r.width - thickness, r.y + thickness, thickness, inner}, paint, opacity);
  };
  // A light line inside keeps the box in sight where the picture has the person's colour.
  frame(box, width, colour, 1);
  frame(box - cv::Size(2 * width, 2 * width) + cv::Point(width, width),
        std::max(1, width / 2),
        kPaper,
        0.7);
}

void Overlay::Brush::tag(cv::Mat& picture,
                         const cv::Rect& area,
                         const std::string& text,
                         Rgb ground) const {
  shade(picture, area, ground, 1);
  text_.draw(picture, {area.x + pad_, area.y + area.height / 2}, text, text_colour_on(ground));
}

void Overlay::Brush::panel(cv::Mat& picture,
                           const LabelPlace& place,
                           const FaceReading& face) const {
  shade(picture, place.area, kGround, kGroundOpacity);
  // Whose it is, where it could not stand beside its face.
  const int edge = std::max(1, unit_ / 8);
  shade(picture,
        {place.area.x, place.area.y, edge, place.area.height},
        person_colour(face.face_id),
        1);
  const cv::Rect inner(place.area.x + pad_,
                       place.area.y + pad_,
                       place.area.width - 2 * pad_,
                       place.area.height - 2 * pad_);
  const Prediction& shown = face.shown();
  const bool plane_shown = has_plane() && shown.valence && shown.arousal;
  cv::Rect rest = inner;
  if (place.size == kSmall) {
    if (plane_shown) {
      plane(picture, {inner.x, inner.y, 2 * unit_, 2 * unit_}, face);
      rest.x += 2 * unit_ + pad_;
    }
    if (!shown.action_units.empty()) small_bars(picture, rest, face);
    return;
  }
  if (plane_shown) {
    const int width = std::max(5 * unit_, small_text_.width("A +0.00"));
    const int column = place.size == kTall ? inner.width : width;
    plane(picture, {inner.x + (column - 5 * unit_) / 2, inner.y, 5 * unit_, 5 * unit_}, face);
    numbers(picture,
            {inner.x + (column - small_text_.width("A +0.00")) / 2,
             inner.y + 5 * unit_ + row_height() / 2 + 1},
            shown);
    if (place.size == kTall) {
      rest.y += plane_height() + pad_;
    } else {
      rest.x += width + pad_;
      rest.width -= width + pad_;
    }
  }
  if (!shown.action_units.empty()) bars(picture, rest, face);
}

void Overlay::Brush::plane(cv::Mat& picture, cv::Rect area, const FaceReading& face) const {
  const int line = std::max(1, unit_ / 16);
  shade(picture, area, kGround, 0.35);
  shade(picture, {area.x, area.y + area.height / 2, area.width, line}, kDim, 0.8);
  shade(picture, {area.x + area.width / 2, area.y, line, area.height}, kDim, 0.8);
  cv::rectangle(picture, area, scalar(kDim), line);
  const auto along = [](float value) {
    return std::clamp(std::isfinite(value) ? static_cast<double>(value) : 0.0, -1.0, 1.0);
  };
  const int radius = std::max(2, area.width / 12);
  const double room = area.width / 2.0 - radius;
  const cv::Point spot(
      area.x + part_of(1, area.width / 2.0 + along(face.shown().valence.value_or(0.0F)) * room),
      area.y + part_of(1, area.height / 2.0 - along(face.shown().arousal.value_or(0.0F)) * room));
  const Rgb colour = bright(person_colour(face.face_id));
  cv::circle(picture, spot, radius + line, scalar(kLight), cv::FILLED, cv::LINE_AA);
  cv::circle(
      picture, spot, radius - (radius > 3 ? line : 0), scalar(colour), cv::FILLED, cv::LINE_AA);
}

void Overlay::Brush::numbers(cv::Mat& picture,
                             cv::Point left_middle,
                             const Prediction& prediction) const {
  const auto line = [&](const std::string& name, float value, int row) {
    small_text_.draw(picture,
                     left_middle + cv::Point(0, row * row_height()),
                     name + " " + signed_text(static_cast<double>(value)),
                     kLight);
  };
  line("V", prediction.valence.value_or(0.0F), 0);
  line("A", prediction.arousal.value_or(0.0F), 1);
}

void Overlay::Brush::bars(cv::Mat& picture, cv::Rect area, const FaceReading& face) const {
  const auto& values = face.shown().action_units;
  const int left = area.x + name_width_ + pad_;
  const int room = area.x + area.width - left;
  const int height = std::max(3, part_of(row_height(), 0.55));
  const Rgb colour = bright(person_colour(face.face_id));
  for (int i = 0; i < units(); ++i) {
    const auto index = static_cast<std::size_t>(i);
    const double threshold = unit_threshold(options_.thresholds, index);
    const bool present =
        unit_present(static_cast<double>(values[index]), options_.thresholds, index);
    const int middle = area.y + i * row_height() + row_height() / 2;
    small_text_.draw(picture,
                     {area.x, middle},
                     options_.vocabulary.action_units[index],
                     present ? kLight : kDim);
    shade(picture, {left, middle - height / 2, room, height}, kLight, 0.14);
    shade(picture,
          {left, middle - height / 2, part_of(room, shown_share(values[index])), height},
          present ? colour : kDim,
          1);
    shade(picture,
          {left + part_of(room - 1, std::clamp(threshold, 0.0, 1.0)),
           middle - height / 2 - 1,
           std::max(1, unit_ / 16),
           height + 2},
          kLight,
          0.8);
  }
}

void Overlay::Brush::small_bars(cv::Mat& picture, cv::Rect area, const FaceReading& face) const {
  const auto& values = face.shown().action_units;
  const int step = std::max(3, unit_ / 3);
  const Rgb colour = bright(person_colour(face.face_id));
  for (int i = 0; i < units(); ++i) {
    const auto index = static_cast<std::size_t>(i);
    const bool present =
        unit_present(static_cast<double>(values[index]), options_.thresholds, index);
    const int width = step - std::max(1, step / 4);
    const int height = std::max(1, part_of(area.height, shown_share(values[index])));
    shade(picture, {area.x + i * step, area.y, width, area.height}, kLight, 0.14);
    shade(picture,
          {area.x + i * step, area.y + area.height - height, width, height},
          present ? colour : kDim,
          1);
  }
}

}  // namespace mien
