// Skin, forehead, cheeks, eyes and brows: AU1, 2, 4, 6, 7.
#include <algorithm>
#include <cmath>

#include "mien/data/synth_sketch.h"

namespace mien::synth {
namespace {

// A line through three points that bends at the middle one.
Outline bow(Point first, Point middle, Point last) {
  return {first, middle, last};
}

// Lines across the forehead above one brow or between both.
void forehead_lines(const Sketch& sketch, double middle, double half_width, double strength) {
  for (const double y : {-0.50, -0.57}) {
    sketch.crease(
        bow({middle - half_width, y + 0.02}, {middle, y}, {middle + half_width, y + 0.02}),
        0.022,
        strength);
  }
}

struct Lids {
  Outline upper;  // from the inner corner to the outer one
  Outline lower;  // back again
};

Lids lids_of(const Sketch& sketch, int side) {
  const Person& person = sketch.person;
  const double tight = sketch.amount(kAu7, side);
  const double cheek = sketch.amount(kAu6, side);
  const double up = person.eye_open * sketch.scene.lids * (1 - 0.5 * tight - 0.12 * cheek) *
                    (1 + 0.2 * sketch.amount(kAu2, side));
  const double down = 0.045 * (1 - 0.85 * tight - 0.45 * cheek * (1 - tight));
  const double x = person.eye_distance;
  const double w = person.eye_width;
  const double slant = person.eye_slant;
  const auto at = [&](double along, double rise) {
    return Point{side * (x + along * w), kEyeY - rise - along * slant};
  };
  return {
      {at(-1, -0.008), at(-0.5, 0.72 * up), at(0.05, up), at(0.6, 0.7 * up), at(1, 0)},
      {at(1, 0), at(0.45, -0.85 * down), at(-0.1, -down), at(-0.6, -0.75 * down), at(-1, -0.008)}};
}

void draw_eyeball(const Sketch& sketch, const Outline& opening, int side) {
  const Person& person = sketch.person;
  const Head& head = sketch.head;
  sketch.canvas.clip(opening);
  sketch.canvas.fill(opening, {{236, 232, 228}});
  const Point middle = head.on(side * person.eye_distance + 0.035 * sketch.scene.gaze_x,
                               kEyeY - 0.018 + 0.014 * sketch.scene.gaze_y);
  const double radius = head.pixels(0.068);
  sketch.canvas.fill(ellipse(middle, radius, radius), {scaled(person.iris, 0.6)});
  sketch.canvas.fill(ellipse(middle, 0.82 * radius, 0.82 * radius), {person.iris});
  sketch.canvas.fill(ellipse(middle, 0.42 * radius, 0.42 * radius), {{12, 10, 12}});
  const Point glint{middle.x - 0.3 * radius, middle.y - 0.35 * radius};
  sketch.canvas.fill(ellipse(glint, 0.2 * radius, 0.2 * radius), {{255, 255, 255}, 0.9, 0});
  sketch.canvas.unclip();
}

}  // namespace

void draw_skin(const Sketch& sketch) {
  const Outline rim = face_rim(sketch);
  const Person& person = sketch.person;
  sketch.canvas.fill(rim, {person.skin});
  sketch.canvas.clip(rim);
  Outline edge = rim;
  edge.push_back(rim.front());
  sketch.canvas.fill(stroke(edge, sketch.head.pixels(0.2)),
                     {scaled(person.skin, 0.72), 0.6, sketch.head.pixels(0.06)});
  sketch.shade(ellipse({0, -0.55}, 0.3, 0.14), scaled(person.skin, 1.1), 0.4, 0.06);
  sketch.canvas.unclip();
}

void draw_forehead(const Sketch& sketch) {
  const double always = 0.22 * sketch.person.wrinkles;
  const double inner = sketch.units[kAu1];
  forehead_lines(sketch, 0, 0.2, std::max(always, 0.6 * inner));
  for (const int side : {-1, 1}) {
    forehead_lines(sketch, side * 0.42, 0.17, std::max(always, 0.6 * sketch.amount(kAu2, side)));
    const double knit = sketch.amount(kAu4, side);
    sketch.crease(
        bow({side * 0.05, -0.4}, {side * (0.06 - 0.015 * knit), -0.31}, {side * 0.045, -0.23}),
        0.032,
        std::max(0.5 * always, 0.95 * knit));
  }
}

void draw_cheek(const Sketch& sketch, int side) {
  const Person& person = sketch.person;
  const double raise = sketch.amount(kAu6, side);
  const double x = side * person.eye_distance;
  const double always = 0.3 * person.wrinkles;
  sketch.shade(ellipse({x * 1.2, 0.2 - 0.03 * raise}, 0.16, 0.12), person.lips, 0.13, 0.06);
  if (raise < 0.02 && always < 0.02) return;
  sketch.shade(ellipse({x * 1.15, 0.1 - 0.02 * raise}, 0.17, 0.075),
               scaled(person.skin, 1.16),
               0.75 * raise,
               0.03);
  // The fold under the eye and, where the cheek pushes up, the fan at its outer corner.
  sketch.crease(bow({x - side * 0.13, kEyeY + 0.09},
                    {x, kEyeY + 0.135 - 0.03 * raise},
                    {x + side * 0.17, kEyeY + 0.075 - 0.02 * raise}),
                0.028,
                std::max(always, 0.75 * raise));
  const double corner = x + side * (person.eye_width + 0.04);
  for (const double rise : {-0.05, 0.0, 0.05}) {
    sketch.crease({{corner, kEyeY + 0.4 * rise}, {corner + side * 0.12, kEyeY + 1.3 * rise}},
                  0.022,
                  0.85 * raise);
  }
}

void draw_eye(const Sketch& sketch, int side) {
  const Person& person = sketch.person;
  const Head& head = sketch.head;
  const Lids lids = lids_of(sketch, side);
  const Outline upper = smooth(head.on(lids.upper));
  const Outline lower = smooth(head.on(lids.lower));
  Outline opening = upper;
  opening.insert(opening.end(), lower.begin() + 1, lower.end());
  const double x = side * person.eye_distance;
  sketch.shade(ellipse({x, kEyeY - 0.03}, 0.2, 0.11), scaled(person.skin, 0.8), 0.4, 0.03);
  draw_eyeball(sketch, opening, side);
  const double tight = sketch.amount(kAu7, side);
  sketch.canvas.fill(stroke(lower, head.pixels(0.012 + 0.012 * tight), 0.5),
                     {scaled(person.skin, 0.5), 0.8, 0});
  sketch.canvas.fill(stroke(upper, head.pixels(0.03), 0.5), {{30, 22, 20}, 0.95, 0});
  Outline fold = lids.upper;
  for (Point& point : fold) point.y -= 0.035 - 0.012 * tight;
  sketch.crease(fold, 0.016, 0.6);
  Outline pouch = lids.lower;  // a tightened lower lid bulges
  for (Point& point : pouch) point.y += 0.038;
  sketch.crease(pouch, 0.028, 0.85 * tight);
}

void draw_brow(const Sketch& sketch, int side) {
  const Person& person = sketch.person;
  const double inner = sketch.amount(kAu1, side);
  const double outer = sketch.amount(kAu2, side);
  const double lower = sketch.amount(kAu4, side);
  const double base = kEyeY - person.brow_gap;
  const double x = person.eye_distance;
  const double slant = person.brow_slant;
  const Outline line = {
      {side * (x - 0.2 - 0.055 * lower), base + 0.015 + slant - 0.125 * inner + 0.1 * lower},
      {side * (x - 0.07 - 0.03 * lower),
       base - 0.7 * person.brow_arch + 0.4 * slant - 0.075 * inner - 0.045 * outer + 0.085 * lower},
      {side * (x + 0.08), base - person.brow_arch - 0.015 * inner - 0.11 * outer + 0.06 * lower},
      {side * (x + 0.21), base + 0.02 - 0.5 * slant - 0.125 * outer + 0.03 * lower}};
  const Outline curve = smooth(sketch.head.on(line));
  const Colour colour = mix(person.hair, {40, 30, 26}, 0.45);
  sketch.canvas.fill(stroke(curve, sketch.head.pixels(person.brow_width), 0.55),
                     {colour, 0.9, sketch.head.pixels(0.006)});
}

}  // namespace mien::synth
