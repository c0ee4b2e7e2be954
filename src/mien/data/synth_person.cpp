#include "mien/data/synth_person.h"

#include <algorithm>
#include <array>
#include <numbers>

namespace mien::synth {
namespace {

// A normal number cut off at two deviations: varied, never monstrous.
double around(RandomStream& random, double centre, double deviation) {
  return centre + deviation * std::clamp(random.normal(), -2.0, 2.0);
}

template <std::size_t kCount>
Colour pick(RandomStream& random, const std::array<Colour, kCount>& colours) {
  return colours[static_cast<std::size_t>(random.below(kCount))];
}

Colour any_colour(RandomStream& random) {
  return {random.uniform(20, 235), random.uniform(20, 235), random.uniform(20, 235)};
}

Colour sample_skin(RandomStream& random) {
  constexpr Colour kPale{244, 212, 190};
  constexpr Colour kTan{198, 146, 110};
  constexpr Colour kDark{92, 58, 42};
  const double shade = random.uniform(0, 2);
  const Colour skin = shade < 1 ? mix(kPale, kTan, shade) : mix(kTan, kDark, shade - 1);
  return {skin.red * random.uniform(0.96, 1.04),
          skin.green * random.uniform(0.96, 1.04),
          skin.blue * random.uniform(0.94, 1.06)};
}

void sample_features(Person& person, RandomStream& random) {
  person.eye_distance = around(random, 0.335, 0.02);
  person.eye_width = around(random, 0.145, 0.012);
  person.eye_open = around(random, 0.078, 0.012);
  person.eye_slant = around(random, 0.005, 0.012);
  person.brow_gap = around(random, 0.2, 0.024);
  person.brow_width = random.uniform(0.035, 0.085);
  person.brow_slant = around(random, 0.0, 0.016);
  person.brow_arch = random.uniform(0.015, 0.065);
  person.nose_width = around(random, 0.115, 0.015);
  person.nose_length = around(random, 0.37, 0.025);
  person.mouth_width = around(random, 0.265, 0.024);
  person.mouth_curve = around(random, 0.0, 0.017);
  person.upper_lip = random.uniform(0.032, 0.065);
  person.lower_lip = random.uniform(0.05, 0.09);
}

void sample_colours(Person& person, RandomStream& random) {
  constexpr std::array<Colour, 7> kHair = {{{22, 18, 16},
                                            {48, 32, 22},
                                            {88, 56, 32},
                                            {150, 104, 58},
                                            {206, 170, 108},
                                            {140, 60, 30},
                                            {170, 168, 166}}};
  constexpr std::array<Colour, 5> kIris = {
      {{60, 38, 22}, {92, 62, 34}, {70, 98, 62}, {76, 112, 150}, {110, 124, 132}}};
  person.skin = sample_skin(random);
  person.hair = pick(random, kHair);
  person.iris = pick(random, kIris);
  person.lips = mix(scaled(person.skin, 0.82), {176, 64, 72}, random.uniform(0.2, 0.75));
  person.clothes = any_colour(random);
}

}  // namespace

Person sample_person(RandomStream& random) {
  Person person;
  person.face_width = around(random, 0.74, 0.035);
  person.jaw = around(random, 0.76, 0.05);
  person.chin = around(random, 0.86, 0.035);
  person.forehead = around(random, -0.84, 0.04);
  sample_features(person, random);
  sample_colours(person, random);
  person.wrinkles = random.uniform(0, 1);
  person.hair_style = static_cast<int>(random.below(6));
  const bool bearded = random.chance(0.22);
  const bool moustached = random.chance(bearded ? 0.8 : 0.06);
  const double beard = random.uniform(0.15, 0.65);
  if (bearded) person.beard = beard;
  if (moustached) person.moustache = beard;
  person.glasses = random.chance(0.25);
  person.glasses_size = random.uniform(0.9, 1.2);
  person.glasses_frame = random.chance(0.5) ? Colour{28, 26, 28} : any_colour(random);
  return person;
}

Scene sample_scene(RandomStream& random) {
  constexpr double kTurn = 2 * std::numbers::pi;
  Scene scene;
  scene.yaw = around(random, 0, 0.13);
  scene.pitch = around(random, 0, 0.06);
  scene.roll = around(random, 0, 0.07);
  scene.scale = around(random, 1.2, 0.05);
  scene.shift_x = around(random, 0, 0.05);
  scene.shift_y = around(random, 0, 0.05);
  scene.gaze_x = random.uniform(-1, 1);
  scene.gaze_y = random.uniform(-1, 1);
  scene.lids = random.uniform(0.82, 1.12);
  scene.lopsided = around(random, 0, 0.08);
  scene.light_angle = random.uniform(0, kTurn);
  scene.light = random.uniform(0, 0.45);
  scene.gain = random.uniform(0.7, 1.2);
  scene.contrast = random.uniform(0.7, 1.15);
  scene.cast = {random.uniform(0.88, 1.1), random.uniform(0.94, 1.05), random.uniform(0.85, 1.12)};
  scene.blur = random.chance(0.25) ? random.uniform(0.002, 0.01) : 0;
  scene.noise = random.chance(0.5) ? random.uniform(1, 7) : 0;
  scene.quality = static_cast<int>(70 + random.below(28));
  scene.background = any_colour(random);
  scene.background_far = any_colour(random);
  scene.clutter = random();
  scene.covered = random.chance(0.08);
  scene.cover = random();
  return scene;
}

}  // namespace mien::synth
