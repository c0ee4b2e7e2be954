// What a drawn face feels: intensities of action units, and the labels that follow from them
// exactly.
#pragma once

#include <array>
#include <cstddef>

#include "mien/affect.h"
#include "mien/core/random.h"

namespace mien::synth {

/// Places of the units in abaw_mtl_vocabulary().
enum Unit : std::size_t {
  kAu1,
  kAu2,
  kAu4,
  kAu6,
  kAu7,
  kAu10,
  kAu12,
  kAu15,
  kAu23,
  kAu24,
  kAu25,
  kAu26
};
inline constexpr std::size_t kUnits = 12;

/// Intensity of each unit, 0 to 1. A face at rest still moves a little.
using Intensities = std::array<double, kUnits>;

/// From here on a unit counts as present. Drawn intensities stay well away from it.
inline constexpr double kPresent = 0.3;

/// Units that go together in the faces that people make, and now and then some that do not.
Intensities sample_intensities(RandomStream& random);

/// The complete label: flags by kPresent, valence and arousal as smooth functions of the
/// intensities, and as expression the first prototype that fits (after Ekman and Friesen's tables,
/// cut to these twelve units):
///   neutral: no unit at all · happiness: 12 and 6 · fear: 1, 2 and 4 ·
///   surprise: 1 and 2, with 25 or 26 · sadness: 1, with 15 or 4 · disgust: 10 without 12 ·
///   anger: 4, with 7, 23 or 24 · other: the rest.
Label label_of(const Intensities& intensities);

}  // namespace mien::synth
