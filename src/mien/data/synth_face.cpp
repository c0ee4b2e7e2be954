#include "mien/data/synth_face.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "mien/data/synth_sketch.h"

namespace mien::synth {
namespace {

// Sum of four bytes' uniform numbers, scaled to deviation 1: near enough to a camera's noise, and
// cheap.
double noise_of(std::uint64_t bits) {
  int sum = 0;
  for (int i = 0; i < 4; ++i) sum += static_cast<int>(bits >> (8 * i) & 0xFF);
  return (sum - 510) / 147.8;
}

// Light falling from one side, gain, contrast, a cast of colour, noise: what a camera does to a
// face.
void expose(Image& image, const Scene& scene, RandomStream& random) {
  constexpr double kMiddle = 118;
  const double x_slope = scene.light * std::cos(scene.light_angle) * 2 / image.width;
  const double y_slope = scene.light * std::sin(scene.light_angle) * 2 / image.height;
  const std::array<double, 3> cast = {scene.cast.red, scene.cast.green, scene.cast.blue};
  for (int y = 0; y < image.height; ++y) {
    std::uint8_t* pixel = image.row(y);
    for (int x = 0; x < image.width; ++x, pixel += 3) {
      const double light =
          scene.gain * (1 + x_slope * (x - 0.5 * image.width) + y_slope * (y - 0.5 * image.height));
      const double noise = scene.noise > 0 ? scene.noise * noise_of(random()) : 0;
      for (std::size_t c = 0; c < 3; ++c) {
        const double value =
            kMiddle + scene.contrast * (pixel[c] * light * cast[c] - kMiddle) + noise;
        pixel[c] = static_cast<std::uint8_t>(std::clamp(value, 0.0, 255.0) + 0.5);
      }
    }
  }
}

}  // namespace

Head::Head(const Scene& scene, int size) : scene_(scene), size_(size) {}

Point Head::place(double x, double y, double z) const {
  // Turning moves what is in front more than the rim; half of that is taken back, as a crop would.
  constexpr double kCentreDepth = 0.3;
  const double turned_x = x * std::cos(scene_.yaw) + (z - kCentreDepth) * std::sin(scene_.yaw);
  const double turned_y = y * std::cos(scene_.pitch) + (z - kCentreDepth) * std::sin(scene_.pitch);
  const double cosine = std::cos(scene_.roll) * scene_.scale;
  const double sine = std::sin(scene_.roll) * scene_.scale;
  return {(1 + scene_.shift_x + turned_x * cosine - turned_y * sine) * 0.5 * size_,
          (1 + scene_.shift_y + turned_x * sine + turned_y * cosine) * 0.5 * size_};
}

Point Head::on(double x, double y, double lift) const {
  constexpr double kDepth = 0.6;
  const double rest = 1 - x * x / 0.81 - y * y / 1.2;
  return place(x, y, kDepth * std::sqrt(std::max(0.0, rest)) + lift);
}

Point Head::rim(double x, double y) const {
  return place(x, y, 0);
}

double Head::pixels(double length) const {
  return length * 0.5 * size_ * scene_.scale;
}

Outline Head::on(const Outline& outline) const {
  Outline placed;
  for (const Point& point : outline) placed.push_back(on(point.x, point.y));
  return placed;
}

Outline Head::rim(const Outline& outline) const {
  Outline placed;
  for (const Point& point : outline) placed.push_back(rim(point.x, point.y));
  return placed;
}

double Sketch::amount(Unit unit, int side) const {
  return std::clamp(units[unit] * (1 + side * scene.lopsided), 0.0, 1.0);
}

void Sketch::crease(const Outline& line, double width, double strength) const {
  const Paint paint{scaled(person.skin, 0.52), std::clamp(strength, 0.0, 1.0), head.pixels(0.004)};
  canvas.fill(stroke(smooth(head.on(line)), head.pixels(width), 0.8), paint);
}

void Sketch::shade(const Outline& outline,
                   const Colour& colour,
                   double opacity,
                   double softness) const {
  canvas.fill(head.on(outline), {colour, opacity, head.pixels(softness)});
}

Outline face_rim(const Sketch& sketch) {
  const Person& person = sketch.person;
  const double drop = 0.15 * sketch.units[kAu26];
  const double w = person.face_width;
  const Outline right = {{0, person.forehead},
                         {0.52 * w, person.forehead + 0.07},
                         {0.87 * w, -0.48},
                         {w, -0.1},
                         {0.97 * w, 0.2},
                         {person.jaw * w, 0.54 + 0.5 * drop},
                         {0.42 * w, person.chin - 0.07 + drop},
                         {0, person.chin + drop}};
  Outline rim = right;
  for (std::size_t i = right.size() - 2; i > 0; --i) rim.push_back({-right[i].x, right[i].y});
  return smooth(sketch.head.rim(rim), true);
}

Image draw(const Person& person,
           const Scene& scene,
           const Intensities& intensities,
           int size,
           RandomStream& noise) {
  Canvas canvas(size, size, scene.background);
  const Head head(scene, size);
  const Sketch sketch{canvas, head, person, scene, intensities};
  draw_background(sketch);
  draw_behind(sketch);
  draw_skin(sketch);
  draw_forehead(sketch);
  draw_beard(sketch);
  for (const int side : {-1, 1}) {
    draw_cheek(sketch, side);
    draw_eye(sketch, side);
  }
  draw_nose(sketch);
  draw_mouth(sketch);
  for (const int side : {-1, 1}) draw_brow(sketch, side);
  draw_hair(sketch);
  if (person.glasses) draw_glasses(sketch);
  if (scene.covered) draw_cover(sketch);
  Image image = blur(canvas.finish(), scene.blur * size);
  expose(image, scene, noise);
  return image;
}

}  // namespace mien::synth
