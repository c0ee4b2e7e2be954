// Draws a person with a face of given intensities in a scene.
#pragma once

#include "mien/data/synth_affect.h"
#include "mien/data/synth_person.h"
#include "mien/image/image.h"

namespace mien::synth {

/// size x size pixels. `noise` feeds the sensor noise alone.
Image draw(const Person& person,
           const Scene& scene,
           const Intensities& intensities,
           int size,
           RandomStream& noise);

}  // namespace mien::synth
