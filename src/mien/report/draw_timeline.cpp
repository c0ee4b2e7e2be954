#include <algorithm>
#include <cmath>
#include <utility>

#include "mien/affect/decisions.h"
#include "mien/core/text.h"
#include "mien/error.h"
#include "mien/report/affect_look.h"
#include "mien/report/painter.h"
#include "mien/report/reading_text.h"
#include "mien/report/ticks.h"
#include "mien/report/timeline.h"

namespace mien {
namespace {

constexpr int kWidth = 1280;
constexpr double kLeft = 96, kRight = 28, kTop = 64;
constexpr double kHead = 30, kBands = 52, kCurves = 88, kUnit = 11, kGap = 12, kFoot = 44;
constexpr Rgb kAbsent{233, 235, 238};
constexpr Rgb kProbable{0, 70, 140};
const TextStyle kTitle{17, kInk, Anchor::kStart, true};
const TextStyle kPersonTitle{14, kInk, Anchor::kStart, true};
const TextStyle kNote{12, kFaint, Anchor::kStart, false};
const TextStyle kRowName{10.5, kFaint, Anchor::kEnd, false};
const TextStyle kTime{11.5, kFaint, Anchor::kMiddle, false};
constexpr Rgb kValence{0, 95, 175};
constexpr Rgb kArousal{213, 94, 0};

/// Draws one timeline; `y` goes down as things are drawn.
class TimelineDrawing {
 public:
  TimelineDrawing(const Timeline& timeline, std::size_t persons)
      : timeline_(timeline),
        has_curves_(timeline.vocabulary().valence_arousal),
        painter_(kWidth,
                 static_cast<int>(kTop + height_of_person() * static_cast<double>(persons))) {}

  void head(const std::string& title, std::size_t shown) {
    const auto total = static_cast<std::size_t>(timeline_.persons());
    std::string note = length_text() + ", " + std::to_string(timeline_.frames()) + " frames, " +
                       std::to_string(timeline_.frames_without_face()) + " without a face";
    if (shown < total) {
      note += "; " + std::to_string(shown) + " of " + std::to_string(total) +
              " persons, those seen longest";
    }
    painter_.text({kLeft, 20}, fit_text(title, kTitle, 520), kTitle);
    TextStyle right = kNote;
    right.anchor = Anchor::kEnd;
    painter_.text({kWidth - kRight, 20}, note, right);
    legend();
    y_ = kTop;
  }

  void person(const PersonTimeline& person) {
    title(person);
    y_ += kHead;
    if (!timeline_.vocabulary().expressions.empty()) bands(person);
    if (has_curves_) curves(person);
    if (!timeline_.vocabulary().action_units.empty()) units(person);
    time_axis();
    y_ += kFoot;
  }

  void nobody() { painter_.text({kLeft, y_ + kHead / 2}, "no face in any frame", kPersonTitle); }

  Image finish() const { return painter_.finish(); }

 private:
  double height_of_person() const {
    const Vocabulary& vocabulary = timeline_.vocabulary();
    return kHead + kFoot + (vocabulary.expressions.empty() ? 0 : kBands + kGap) +
           (has_curves_ ? kCurves + kGap : 0) +
           kUnit * static_cast<double>(vocabulary.action_units.size());
  }

  std::string length_text() const {
    const double length = timeline_.end() - timeline_.begin();
    return length < 60 ? number_text(length, 1) + " s" : time_label(length, 1) + " min";
  }

  double width() const { return kWidth - kLeft - kRight; }
  double x_of(double time) const {
    const double share = (time - timeline_.begin()) / (timeline_.end() - timeline_.begin());
    return kLeft + std::clamp(share, 0.0, 1.0) * width();
  }
  double left_of(const PersonTimeline::Bin& bin) const {
    return x_of(timeline_.time_of(bin.index));
  }
  /// To the next frame, whoever is in it: what lies between is not absence.
  double right_of(const PersonTimeline::Bin& bin) const {
    const std::int32_t next = timeline_.next_with_frames(bin.index);
    const bool last = static_cast<std::size_t>(next) >= timeline_.frames_in().size();
    return last ? x_of(timeline_.end()) : x_of(timeline_.time_of(next));
  }

  void swatch(double& x, Rgb colour, const std::string& name) {
    painter_.fill({x, 38, 11, 11}, colour);
    painter_.text({x + 16, 44}, name, kNote);
    x += 16 + drawn_width(name, kNote) + 16;
  }

  void stroke(double& x, Rgb colour, const std::string& name) {
    painter_.line({x, 44}, {x + 16, 44}, colour, 2.5);
    painter_.text({x + 21, 44}, name, kNote);
    x += 21 + drawn_width(name, kNote) + 16;
  }

  void unit_scale(double& x) {
    constexpr int kSteps = 24;
    for (int i = 0; i < kSteps; ++i) {
      painter_.fill({x + i, 38, 1, 11}, mixed(kPaper, kProbable, double(i) / (kSteps - 1)));
    }
    const std::string name = "unit 0 to 1";
    painter_.text({x + kSteps + 5, 44}, name, kNote);
    x += kSteps + 5 + drawn_width(name, kNote) + 16;
  }

  void legend() {
    double x = kLeft;
    const auto& classes = timeline_.vocabulary().expressions;
    for (std::size_t i = 0; i < classes.size(); ++i) {
      swatch(x, expression_colour(classes, i), classes[i]);
    }
    if (has_curves_) {
      stroke(x, kValence, "valence");
      stroke(x, kArousal, "arousal");
    }
    if (!timeline_.vocabulary().action_units.empty()) unit_scale(x);
    swatch(x, kAbsent, "not seen");
  }

  void title(const PersonTimeline& person) {
    const double middle = y_ + kHead / 2;
    painter_.dot({kLeft + 6, middle}, 6, person_colour(person.face_id));
    const std::string name =
        person.face_id > 0 ? "person " + std::to_string(person.face_id) : "not followed";
    painter_.text({kLeft + 18, middle}, name, kPersonTitle);
    const double share =
        static_cast<double>(person.frames) / static_cast<double>(timeline_.frames());
    std::string note = "in " + percent_text(share) + " of the frames, " +
                       time_label(person.first, 1) + " to " + time_label(person.last, 1);
    const auto& classes = timeline_.vocabulary().expressions;
    if (!classes.empty()) {
      const auto means = std::span(person.mean).subspan(timeline_.first_class(), classes.size());
      const std::size_t top = most_probable(means);
      note += "; mostly " + classes[top] + " (" + percent_text(means[top]) + " on average)";
    }
    painter_.text({kLeft + 18 + drawn_width(name, kPersonTitle) + 14, middle}, note, kNote);
  }

  void bands(const PersonTimeline& person) {
    const auto& classes = timeline_.vocabulary().expressions;
    painter_.fill({kLeft, y_, width(), kBands}, kAbsent);
    painter_.text({kLeft - 8, y_ + kBands / 2}, "expression", kRowName);
    for (std::size_t bin = 0; bin < person.bins.size(); ++bin) {
      const double left = left_of(person.bins[bin]);
      const double right = right_of(person.bins[bin]);
      double from = y_;
      for (std::size_t i = 0; i < classes.size(); ++i) {
        const auto share = person.value(bin, timeline_.first_class() + i);
        if (!share) break;
        const double height = std::clamp(*share, 0.0, 1.0) * kBands;
        painter_.fill({left, from, right - left, std::min(height, y_ + kBands - from)},
                      expression_colour(classes, i));
        from += height;
      }
    }
    y_ += kBands + kGap;
  }

  void curves(const PersonTimeline& person) {
    painter_.fill({kLeft, y_, width(), kCurves}, kAbsent);
    for (const auto& bin : person.bins) {
      painter_.fill({left_of(bin), y_, right_of(bin) - left_of(bin), kCurves}, kPaper);
    }
    for (const double value : {-1.0, 0.0, 1.0}) {
      const double at = y_ + kCurves * (1 - value) / 2;
      painter_.line({kLeft, at}, {kLeft + width(), at}, kGrid);
      painter_.text({kLeft - 8, at}, value > 0 ? "+1" : number_text(value, 0), kRowName);
    }
    curve(person, 1, kArousal);
    curve(person, 0, kValence);
    y_ += kCurves + kGap;
  }

  void curve(const PersonTimeline& person, std::size_t value, Rgb colour) {
    std::vector<Spot> run;
    const auto end_run = [&] {
      if (run.size() == 1) painter_.dot(run[0], 1.5, colour);
      if (run.size() > 1) painter_.polyline(run, colour, 1.6);
      run.clear();
    };
    for (std::size_t bin = 0; bin < person.bins.size(); ++bin) {
      const auto mean = person.value(bin, value);
      const bool follows = bin > 0 && timeline_.next_with_frames(person.bins[bin - 1].index) ==
                                          person.bins[bin].index;
      if (!follows || !mean) end_run();
      if (!mean) continue;
      const double x = (left_of(person.bins[bin]) + right_of(person.bins[bin])) / 2;
      run.push_back({x, y_ + kCurves * (1 - std::clamp(*mean, -1.0, 1.0)) / 2});
    }
    end_run();
  }

  void units(const PersonTimeline& person) {
    const auto& names = timeline_.vocabulary().action_units;
    for (std::size_t i = 0; i < names.size(); ++i) {
      painter_.fill({kLeft, y_, width(), kUnit - 1}, kAbsent);
      painter_.text({kLeft - 8, y_ + (kUnit - 1) / 2}, names[i], kRowName);
      for (std::size_t bin = 0; bin < person.bins.size(); ++bin) {
        const auto share = person.value(bin, timeline_.first_unit() + i);
        if (!share) continue;
        const double left = left_of(person.bins[bin]);
        painter_.fill({left, y_, right_of(person.bins[bin]) - left, kUnit - 1},
                      mixed(kPaper, kProbable, *share));
      }
      y_ += kUnit;
    }
  }

  void time_axis() {
    painter_.line({kLeft, y_ + 2}, {kLeft + width(), y_ + 2}, kFaint);
    const Ticks ticks = time_ticks(timeline_.begin(), timeline_.end(), 10);
    for (const double time : ticks.positions()) {
      if (time > timeline_.end()) continue;
      const double x = x_of(time);
      painter_.line({x, y_ + 2}, {x, y_ + 6}, kFaint);
      painter_.text({x, y_ + 15}, time_label(time, ticks.step), kTime);
    }
  }

  const Timeline& timeline_;
  bool has_curves_;
  Painter painter_;
  double y_ = 0;
};

}  // namespace

Image draw_timeline(const Timeline& timeline, const std::string& title) {
  if (timeline.frames() == 0) throw UsageError("a time line needs a frame");
  const auto persons = timeline.by_presence(kDrawnPersons);
  TimelineDrawing drawing(timeline, std::max<std::size_t>(persons.size(), 1));
  drawing.head(title, persons.size());
  if (persons.empty()) drawing.nobody();
  for (const PersonTimeline* person : persons) drawing.person(*person);
  return drawing.finish();
}

}  // namespace mien
