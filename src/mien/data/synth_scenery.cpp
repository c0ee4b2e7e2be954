// Everything around the face: background, hair, neck, glasses, and things in front of it.
#include <algorithm>
#include <cmath>

#include "mien/data/synth_sketch.h"

namespace mien::synth {
namespace {

Colour clutter_colour(const Scene& scene, RandomStream& random) {
  const Colour loud{random.uniform(0, 255), random.uniform(0, 255), random.uniform(0, 255)};
  return mix(mix(scene.background, scene.background_far, random.uniform()), loud, 0.6);
}

Outline any_shape(double size, RandomStream& random) {
  const Point centre{random.uniform(0, size), random.uniform(0, size)};
  if (random.chance(0.4)) {
    return ellipse(centre,
                   random.uniform(0.03, 0.25) * size,
                   random.uniform(0.03, 0.25) * size,
                   random.uniform(0, 3));
  }
  if (random.chance(0.5)) {
    const double angle = random.uniform(0, 3.2);
    const Point end{centre.x + std::cos(angle) * size, centre.y + std::sin(angle) * size};
    return stroke({centre, end}, random.uniform(0.02, 0.15) * size);
  }
  return {
      centre,
      {centre.x + random.uniform(-0.4, 0.4) * size, centre.y + random.uniform(-0.4, 0.4) * size},
      {centre.x + random.uniform(-0.4, 0.4) * size, centre.y + random.uniform(-0.4, 0.4) * size}};
}

// The hair's outer edge from the left temple over the top to the right one.
Outline crown(const Person& person, double thickness) {
  const double w = person.face_width + 0.4 * thickness;
  const double top = person.forehead - thickness;
  return {{-w, -0.2},
          {-0.93 * w, -0.55},
          {-0.55 * w, top + 0.08},
          {0, top},
          {0.55 * w, top + 0.08},
          {0.93 * w, -0.55},
          {w, -0.2}};
}

// The hairline from the right temple back to the left one.
Outline hairline(const Person& person) {
  const double w = person.face_width;
  const double top = person.forehead;
  switch (person.hair_style) {
    case 2:
      return {{0.9 * w, -0.25},
              {0.75 * w, -0.47},
              {0.45 * w, -0.52},
              {0.15 * w, -0.46},
              {-0.2 * w, -0.52},
              {-0.5 * w, -0.46},
              {-0.78 * w, -0.45},
              {-0.9 * w, -0.25}};
    case 3:
    case 4:
      return {{0.95 * w, -0.2},
              {0.86 * w, -0.45},
              {0.5 * w, top + 0.18},
              {0.3 * w, top + 0.12},
              {-0.3 * w, top + 0.24},
              {-0.84 * w, -0.4},
              {-0.95 * w, -0.2}};
    default:
      return {{0.96 * w, -0.25},
              {0.83 * w, -0.52},
              {0.45 * w, top + 0.2},
              {0, top + 0.16},
              {-0.45 * w, top + 0.2},
              {-0.83 * w, -0.52},
              {-0.96 * w, -0.25}};
  }
}

void draw_curls(const Sketch& sketch) {
  const Outline edge = smooth(crown(sketch.person, 0.12));
  const Colour lighter = mix(sketch.person.hair, {255, 240, 220}, 0.12);
  for (std::size_t i = 0; i < edge.size(); i += 3) {
    const Point centre = sketch.head.rim(edge[i].x * 0.96, edge[i].y + 0.04);
    const double radius = sketch.head.pixels(0.12);
    sketch.canvas.fill(ellipse(centre, radius, radius),
                       {i % 2 == 0 ? sketch.person.hair : lighter});
  }
}

}  // namespace

void draw_background(const Sketch& sketch) {
  RandomStream random(sketch.scene.clutter);
  const double size = sketch.head.pixels(2) / sketch.scene.scale;
  const double side = random.chance(0.5) ? 0 : size;
  sketch.canvas.fill(ellipse({side, random.uniform(0, size)}, 0.7 * size, 0.9 * size),
                     {sketch.scene.background_far, 0.9, 0.12 * size});
  for (std::int64_t left = 2 + random.below(7); left > 0; --left) {
    const Outline shape = any_shape(size, random);
    const double softness = random.chance(0.5) ? 0 : random.uniform(0.005, 0.03) * size;
    sketch.canvas.fill(shape,
                       {clutter_colour(sketch.scene, random), random.uniform(0.3, 1), softness});
  }
}

void draw_behind(const Sketch& sketch) {
  const Person& person = sketch.person;
  const Head& head = sketch.head;
  const double w = person.face_width;
  if (person.hair_style == 4) {
    const Outline mane = {{0, person.forehead - 0.17},
                          {0.8 * w, person.forehead},
                          {1.2 * w, -0.2},
                          {1.25 * w, 0.6},
                          {1.05 * w, 1.2},
                          {-1.05 * w, 1.2},
                          {-1.25 * w, 0.6},
                          {-1.2 * w, -0.2},
                          {-0.8 * w, person.forehead}};
    sketch.canvas.fill(smooth(head.rim(mane), true), {scaled(person.hair, 0.8)});
  }
  sketch.canvas.fill(
      head.rim({{-1.4, 1.25}, {-0.5, 1.0}, {0.5, 1.0}, {1.4, 1.25}, {1.6, 2.2}, {-1.6, 2.2}}),
      {person.clothes});
  sketch.canvas.fill(head.rim({{-0.36, 0.4}, {0.36, 0.4}, {0.4, 1.08}, {0, 1.25}, {-0.4, 1.08}}),
                     {scaled(person.skin, 0.78)});
  for (const int side : {-1, 1}) {
    const Point ear = head.rim(side * (w + 0.02), 0.0);
    sketch.canvas.fill(
        ellipse(ear, head.pixels(0.09), head.pixels(0.17), side * 0.15 + sketch.scene.roll),
        {scaled(person.skin, 0.9)});
    sketch.canvas.fill(
        ellipse(ear, head.pixels(0.045), head.pixels(0.1), side * 0.15 + sketch.scene.roll),
        {scaled(person.skin, 0.7), 0.7, head.pixels(0.01)});
  }
}

void draw_hair(const Sketch& sketch) {
  const Person& person = sketch.person;
  if (person.hair_style == 0) return;
  const Head& head = sketch.head;
  if (person.hair_style == 5) draw_curls(sketch);
  Outline cap = smooth(head.rim(crown(person, person.hair_style == 1 ? 0.08 : 0.15)));
  const Outline line = smooth(head.on(hairline(person)));
  cap.insert(cap.end(), line.begin(), line.end());
  sketch.canvas.fill(cap, {person.hair});
  const Colour shine = mix(person.hair, {255, 240, 220}, 0.25);
  const Outline strand = {{-0.4, -0.72}, {-0.1, person.forehead - 0.02}, {0.3, -0.76}};
  sketch.canvas.fill(stroke(smooth(head.rim(strand)), head.pixels(0.05), 1),
                     {shine, 0.6, head.pixels(0.02)});
  if (person.hair_style != 4) return;
  for (const int side : {-1, 1}) {  // long hair falls in front of the ears
    const double w = person.face_width * side;
    const Outline lock = {{0.93 * w, -0.5},
                          {1.03 * w, 0.0},
                          {1.0 * w, 0.5},
                          {1.05 * w, 1.1},
                          {1.25 * w, 1.1},
                          {1.2 * w, 0.3},
                          {1.1 * w, -0.3}};
    sketch.canvas.fill(smooth(head.rim(lock), true), {person.hair});
  }
}

void draw_glasses(const Sketch& sketch) {
  const Person& person = sketch.person;
  const Head& head = sketch.head;
  const double radius_x = 0.2 * person.glasses_size;
  const double radius_y = 0.15 * person.glasses_size;
  const Paint frame{person.glasses_frame};
  const double width = head.pixels(0.026);
  for (const int side : {-1, 1}) {
    const double x = side * person.eye_distance * 1.02;
    const double y = kEyeY + 0.02;
    Outline lens;
    for (const Point& point : ellipse({x, y}, radius_x, radius_y)) {
      // Between a circle and a rectangle.
      lens.push_back(head.on(x + (point.x - x) * 1.06, y + (point.y - y) * 0.98, 0.06));
    }
    sketch.canvas.fill(lens, {{225, 235, 245}, 0.1, 0});
    lens.push_back(lens.front());
    sketch.canvas.fill(stroke(lens, width), frame);
    sketch.canvas.fill(stroke({head.on(x + side * radius_x, y - 0.02, 0.05),
                               head.rim(side * (person.face_width + 0.01), y - 0.04)},
                              width),
                       frame);
  }
  const double inner = person.eye_distance * 1.02 - radius_x;
  sketch.canvas.fill(stroke(smooth({head.on(-inner, kEyeY, 0.08),
                                    head.on(0, kEyeY - 0.03, 0.1),
                                    head.on(inner, kEyeY, 0.08)}),
                            width),
                     frame);
}

void draw_cover(const Sketch& sketch) {
  RandomStream random(sketch.scene.cover);
  const double angle = random.uniform(0, 6.3);
  const Point centre = sketch.head.rim(0.75 * std::cos(angle), 0.8 * std::sin(angle));
  const Colour colour{random.uniform(20, 230), random.uniform(20, 230), random.uniform(20, 230)};
  const double radius = sketch.head.pixels(random.uniform(0.15, 0.3));
  sketch.canvas.fill(
      ellipse(centre, radius, radius * random.uniform(0.6, 1.5), random.uniform(0, 3)),
      {colour, 1, radius * 0.04});
}

}  // namespace mien::synth
