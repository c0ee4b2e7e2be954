// Nose, mouth and beard: AU10, 12, 15, 23, 24, 25, 26.
#include <algorithm>
#include <cmath>

#include "mien/data/synth_sketch.h"

namespace mien::synth {
namespace {

constexpr double kMouthY = 0.47;

double nose_tip(const Sketch& sketch) {
  return kEyeY + sketch.person.nose_length;
}

// The lips' shape, before it is placed on the head.
struct Mouth {
  Point left, right;      // corners
  double seam = 0;        // lower edge of the upper lip, at the middle
  double lower_seam = 0;  // upper edge of the lower lip
  double top = 0;         // upper edge of the upper lip
  double bottom = 0;      // lower edge of the lower lip
  double open = 0;
};

Point corner_of(const Sketch& sketch, int side) {
  const double pull = sketch.amount(kAu12, side);
  const double depress = sketch.amount(kAu15, side);
  const double tight = sketch.amount(kAu23, side);
  const double drop = sketch.units[kAu26];
  const double x =
      sketch.person.mouth_width + 0.075 * pull - 0.1 * tight - 0.025 * drop + 0.01 * depress;
  const double y =
      kMouthY - sketch.person.mouth_curve - 0.115 * pull + 0.12 * depress + 0.05 * drop;
  return {side * x, y};
}

Mouth mouth_of(const Sketch& sketch) {
  const Intensities& units = sketch.units;
  const double thin = (1 - 0.5 * units[kAu23]) * (1 - 0.88 * units[kAu24]);
  Mouth mouth;
  mouth.left = corner_of(sketch, -1);
  mouth.right = corner_of(sketch, 1);
  // The jaw parts the lips only as far as they let go of each other.
  mouth.open = 0.085 * units[kAu25] + 0.2 * units[kAu26] * std::min(1.0, units[kAu25] / 0.4);
  const double stretched = 0.05 * units[kAu26];
  mouth.seam = kMouthY + 0.012 * units[kAu12] - 0.02 * units[kAu15] - 0.055 * units[kAu10] +
               stretched - 0.15 * mouth.open;
  mouth.lower_seam =
      mouth.seam + mouth.open + 0.055 * units[kAu10] * std::min(1.0, units[kAu25] / 0.4);
  mouth.top = mouth.seam - sketch.person.upper_lip * thin - 0.055 * units[kAu10];
  mouth.bottom = mouth.lower_seam + sketch.person.lower_lip * thin + stretched * 0.5;
  return mouth;
}

// From corner to corner through a middle height; `fullness` 1 is an ellipse's arc, 0.5 straight
// lines.
Outline lip_line(const Mouth& mouth, double middle, double fullness) {
  const double centre = 0.5 * (mouth.left.x + mouth.right.x);
  const auto between = [&](const Point& corner) {
    return Point{centre + 0.55 * (corner.x - centre), corner.y + fullness * (middle - corner.y)};
  };
  return smooth(
      {mouth.left, between(mouth.left), {centre, middle}, between(mouth.right), mouth.right});
}

Outline upper_edge(const Mouth& mouth) {
  const double bow = 0.012;
  return smooth({mouth.left,
                 {0.55 * mouth.left.x, mouth.left.y + 0.78 * (mouth.top - mouth.left.y)},
                 {-0.06, mouth.top - bow},
                 {0, mouth.top + bow},
                 {0.06, mouth.top - bow},
                 {0.55 * mouth.right.x, mouth.right.y + 0.78 * (mouth.top - mouth.right.y)},
                 mouth.right});
}

Outline closed(Outline forth, const Outline& back) {
  forth.insert(forth.end(), back.rbegin(), back.rend());
  return forth;
}

void draw_opening(const Sketch& sketch,
                  const Outline& upper,
                  const Outline& lower,
                  const Mouth& mouth) {
  const Outline opening = sketch.head.on(closed(upper, lower));
  sketch.canvas.fill(opening, {{52, 16, 20}});
  const double height = mouth.lower_seam - mouth.seam;
  if (height < 0.012) return;
  sketch.canvas.clip(opening);
  Outline teeth = upper;
  for (Point& point : teeth) point.y += std::min(0.055, 0.6 * height);
  sketch.canvas.fill(sketch.head.on(closed(upper, teeth)), {{238, 234, 222}});
  const double centre = 0.5 * (mouth.left.x + mouth.right.x);
  sketch.shade(ellipse({centre, mouth.lower_seam}, 0.13, 0.45 * height), {176, 74, 80}, 0.8, 0.01);
  sketch.canvas.unclip();
}

// Folds from the nose's wings to the corners of the mouth: deep when the lip or the corners rise.
void draw_nasolabial_fold(const Sketch& sketch, int side) {
  const double raise = sketch.amount(kAu10, side);
  const double pull = sketch.amount(kAu12, side);
  const Point corner = corner_of(sketch, side);
  const double wing = sketch.person.nose_width;
  const double tip = nose_tip(sketch);
  const Outline fold = {
      {side * (wing + 0.01), tip - 0.05 - 0.05 * raise},
      {side * (wing + 0.09 + 0.04 * pull + 0.03 * raise), tip + 0.05 - 0.04 * raise},
      {corner.x + side * (0.05 + 0.02 * pull), corner.y - 0.05}};
  sketch.crease(fold, 0.03, std::max({0.3 * sketch.person.wrinkles, 0.95 * raise, 0.6 * pull}));
}

void draw_corner(const Sketch& sketch, int side) {
  const Point corner = corner_of(sketch, side);
  const double pull = sketch.amount(kAu12, side);
  const double depress = sketch.amount(kAu15, side);
  sketch.crease({{corner.x + side * 0.03, corner.y - 0.06},
                 {corner.x + side * 0.055, corner.y - 0.01},
                 {corner.x + side * 0.035, corner.y + 0.04}},
                0.024,
                0.8 * pull);
  sketch.crease({{corner.x - side * 0.01, corner.y},
                 {corner.x + side * 0.035, corner.y + 0.06},
                 {corner.x + side * 0.03, corner.y + 0.13}},
                0.03,
                std::max(0.2 * sketch.person.wrinkles, 0.85 * depress));
  const Point dot = sketch.head.on(corner.x, corner.y);
  sketch.canvas.fill(ellipse(dot, sketch.head.pixels(0.014), sketch.head.pixels(0.014)),
                     {scaled(sketch.person.lips, 0.45), 0.8, sketch.head.pixels(0.006)});
}

// Tightened lips are ringed with short upright lines.
void draw_pucker(const Sketch& sketch, const Mouth& mouth) {
  const double tight = sketch.units[kAu23];
  if (tight < 0.02) return;
  for (const double x : {-0.14, -0.07, 0.0, 0.07, 0.14}) {
    sketch.crease({{x * 1.15, mouth.top - 0.075}, {x, mouth.top - 0.018}}, 0.024, 0.85 * tight);
    sketch.crease(
        {{x, mouth.bottom + 0.018}, {x * 1.15, mouth.bottom + 0.075}}, 0.024, 0.85 * tight);
  }
}

// Pressed lips push the skin around them out, above and below.
void draw_pressure(const Sketch& sketch, const Mouth& mouth) {
  const double press = sketch.units[kAu24];
  if (press < 0.02) return;
  const Colour bright = scaled(sketch.person.skin, 1.17);
  sketch.shade(ellipse({0, mouth.top - 0.035}, 0.2, 0.022), bright, 0.8 * press, 0.014);
  sketch.shade(ellipse({0, mouth.bottom + 0.04}, 0.18, 0.026), bright, 0.8 * press, 0.014);
  sketch.crease(
      {{-0.15, mouth.bottom + 0.085}, {0, mouth.bottom + 0.1}, {0.15, mouth.bottom + 0.085}},
      0.03,
      0.7 * press);
}

}  // namespace

void draw_beard(const Sketch& sketch) {
  const Person& person = sketch.person;
  const Head& head = sketch.head;
  if (person.beard > 0) {
    const double w = person.face_width;
    const double drop = 0.15 * sketch.units[kAu26];
    const Outline beard = {{-0.97 * w, 0.1},
                           {-person.jaw * w, 0.54 + 0.5 * drop},
                           {-0.42 * w, person.chin - 0.05 + drop},
                           {0, person.chin + 0.02 + drop},
                           {0.42 * w, person.chin - 0.05 + drop},
                           {person.jaw * w, 0.54 + 0.5 * drop},
                           {0.97 * w, 0.1},
                           {0.6 * w, 0.35},
                           {0.3 * w, 0.36},
                           {0, 0.4},
                           {-0.3 * w, 0.36},
                           {-0.6 * w, 0.35}};
    sketch.canvas.fill(smooth(head.rim(beard), true),
                       {person.hair, person.beard, head.pixels(0.025)});
  }
  if (person.moustache > 0) {
    const double tip = nose_tip(sketch);
    const double top = mouth_of(sketch).top;
    const Outline hair = {{-0.24, top + 0.05},
                          {-0.1, tip + 0.05},
                          {0, tip + 0.07},
                          {0.1, tip + 0.05},
                          {0.24, top + 0.05},
                          {0.1, top},
                          {0, top + 0.005},
                          {-0.1, top}};
    sketch.canvas.fill(head.on(hair), {person.hair, person.moustache, head.pixels(0.012)});
  }
}

void draw_nose(const Sketch& sketch) {
  const Person& person = sketch.person;
  const Head& head = sketch.head;
  const double tip = nose_tip(sketch);
  const double wide = person.nose_width;
  // The side away from the light lies in shade.
  const int dark = std::cos(sketch.scene.light_angle) > 0 ? -1 : 1;
  sketch.shade({{dark * 0.03, kEyeY - 0.05},
                {dark * 0.055, tip - 0.15},
                {dark * wide, tip},
                {dark * 0.03, tip - 0.02}},
               scaled(person.skin, 0.75),
               0.5,
               0.014);
  sketch.shade(
      ellipse({-dark * 0.012, tip - 0.05}, 0.035, 0.045), scaled(person.skin, 1.18), 0.5, 0.014);
  for (const int side : {-1, 1}) {
    const double lift = 0.035 * sketch.amount(kAu10, side);
    sketch.crease({{side * (wide - 0.015), tip - 0.075 - lift},
                   {side * (wide + 0.008), tip - 0.02 - lift},
                   {side * (wide - 0.03), tip + 0.025 - lift}},
                  0.024,
                  0.75);
    sketch.canvas.fill(ellipse(head.on(side * 0.05, tip + 0.018 - 0.5 * lift, 0.05),
                               head.pixels(0.032),
                               head.pixels(0.016 + 0.2 * lift),
                               side * -0.25 + sketch.scene.roll),
                       {scaled(person.skin, 0.3), 0.85, head.pixels(0.004)});
    draw_nasolabial_fold(sketch, side);
  }
}

void draw_mouth(const Sketch& sketch) {
  const Person& person = sketch.person;
  const Head& head = sketch.head;
  const Mouth mouth = mouth_of(sketch);
  const Outline upper = lip_line(mouth, mouth.seam, 0.78);
  const Outline lower = lip_line(mouth, mouth.lower_seam, 0.8);
  const Outline bottom = lip_line(mouth, mouth.bottom, 0.85);
  sketch.crease(
      {{-0.12, mouth.bottom + 0.075}, {0, mouth.bottom + 0.09}, {0.12, mouth.bottom + 0.075}},
      0.03,
      0.3);
  draw_opening(sketch, upper, lower, mouth);
  sketch.canvas.fill(head.on(closed(lower, bottom)), {person.lips});
  sketch.shade(ellipse({0, 0.5 * (mouth.lower_seam + mouth.bottom)},
                       0.1,
                       0.25 * (mouth.bottom - mouth.lower_seam)),
               mix(person.lips, {255, 255, 255}, 0.5),
               0.4,
               0.012);
  sketch.canvas.fill(head.on(closed(upper_edge(mouth), upper)), {scaled(person.lips, 0.86)});
  const double seam = 0.014 + 0.016 * sketch.units[kAu24];
  sketch.canvas.fill(stroke(head.on(upper), head.pixels(seam), 0.5),
                     {scaled(person.lips, 0.4), 0.9, 0});
  draw_pucker(sketch, mouth);
  draw_pressure(sketch, mouth);
  for (const int side : {-1, 1}) draw_corner(sketch, side);
}

}  // namespace mien::synth
