#include "mien/data/synth_affect.h"

#include <cmath>
#include <vector>

namespace mien::synth {
namespace {

struct Chance {
  Unit unit;
  double probability;
};

// How a face comes about: an intention makes some units likely, the others stay rare.
struct Intention {
  double weight;
  std::vector<Chance> likely;
};

const std::vector<Intention>& intentions() {
  static const std::vector<Intention> kList = {
      {0.12, {}},                                                                      // at rest
      {0.11, {{kAu4, 0.95}, {kAu7, 0.8}, {kAu23, 0.6}, {kAu24, 0.4}, {kAu10, 0.1}}},   // anger
      {0.10, {{kAu10, 0.97}, {kAu4, 0.5}, {kAu7, 0.5}, {kAu25, 0.4}, {kAu15, 0.25}}},  // disgust
      {0.10, {{kAu1, 0.95}, {kAu2, 0.9}, {kAu4, 0.9}, {kAu25, 0.7}, {kAu26, 0.35}}},   // fear
      {0.20, {{kAu12, 0.97}, {kAu6, 0.85}, {kAu25, 0.6}, {kAu26, 0.2}, {kAu7, 0.2}}},  // happiness
      {0.12, {{kAu1, 0.9}, {kAu4, 0.6}, {kAu15, 0.85}, {kAu24, 0.2}, {kAu6, 0.1}}},    // sadness
      {0.12, {{kAu1, 0.95}, {kAu2, 0.95}, {kAu25, 0.9}, {kAu26, 0.8}}},                // surprise
      {0.13,
       {{kAu2, 0.3},
        {kAu7, 0.3},
        {kAu12, 0.35},
        {kAu15, 0.2},
        {kAu23, 0.35},
        {kAu24, 0.4},
        {kAu25, 0.35},
        {kAu26, 0.15},
        {kAu6, 0.2}}},  // none of these
  };
  return kList;
}

const Intention& draw_intention(RandomStream& random) {
  double left = random.uniform();
  for (const Intention& intention : intentions()) {
    left -= intention.weight;
    if (left < 0) return intention;
  }
  return intentions().front();
}

// Lips that are pressed are not parted, and a face at rest has no unit by chance.
void keep_possible(std::array<bool, kUnits>& present, RandomStream& random) {
  if (present[kAu26] && !present[kAu25]) present[kAu25] = random.chance(0.9);
  if (present[kAu24] && (present[kAu25] || present[kAu26])) {
    if (random.chance(0.5)) {
      present[kAu24] = false;
    } else {
      present[kAu25] = present[kAu26] = false;
    }
  }
}

double weighted(const Intensities& intensities, const Intensities& weights, double offset) {
  double sum = offset;
  for (std::size_t i = 0; i < kUnits; ++i) sum += weights[i] * intensities[i];
  return std::tanh(sum);
}

// Into abaw_mtl_vocabulary(): neutral, anger, disgust, fear, happiness, sadness, surprise, other.
int expression_of(const std::vector<std::int8_t>& present) {
  const auto has = [&](Unit unit) { return present[unit] == 1; };
  bool any = false;
  for (const std::int8_t flag : present) any = any || flag == 1;
  if (!any) return 0;
  if (has(kAu12) && has(kAu6)) return 4;
  if (has(kAu1) && has(kAu2) && has(kAu4)) return 3;
  if (has(kAu1) && has(kAu2) && (has(kAu25) || has(kAu26))) return 6;
  if (has(kAu1) && (has(kAu15) || has(kAu4))) return 5;
  if (has(kAu10) && !has(kAu12)) return 2;
  if (has(kAu4) && (has(kAu7) || has(kAu23) || has(kAu24))) return 1;
  return 7;
}

}  // namespace

Intensities sample_intensities(RandomStream& random) {
  constexpr double kStray = 0.03;
  const Intention& intention = draw_intention(random);
  std::array<bool, kUnits> present{};
  for (bool& flag : present) flag = !intention.likely.empty() && random.chance(kStray);
  for (const Chance& chance : intention.likely) {
    present[chance.unit] = present[chance.unit] || random.chance(chance.probability);
  }
  keep_possible(present, random);
  Intensities intensities{};
  for (std::size_t i = 0; i < kUnits; ++i) {
    intensities[i] = present[i] ? random.uniform(0.45, 1.0) : random.uniform(0.0, 0.1);
  }
  return intensities;
}

Label label_of(const Intensities& intensities) {
  //                                     AU1   2    4     6    7    10    12   15    23    24    25
  //                                     26
  constexpr Intensities kValence = {
      -0.2, 0.15, -0.45, 0.45, -0.15, -0.8, 1.0, -0.9, -0.4, -0.35, 0.1, 0.0};
  constexpr Intensities kArousal = {
      0.35, 0.35, 0.2, 0.15, 0.6, 0.45, 0.2, -0.7, 0.5, -0.5, 0.2, 0.45};
  Label label;
  for (const double intensity : intensities) {
    label.action_units.push_back(intensity >= kPresent ? 1 : 0);
  }
  label.expression = expression_of(label.action_units);
  label.valence = static_cast<float>(weighted(intensities, kValence, 0.02));
  label.arousal = static_cast<float>(weighted(intensities, kArousal, -0.4));
  return label;
}

}  // namespace mien::synth
