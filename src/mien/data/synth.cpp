#include "mien/data/synth.h"

#include "mien/data/synth_face.h"
#include "mien/error.h"

namespace mien {

void SynthOptions::check() const {
  check_values(*this);
}

void describe(SynthOptions& options, Fields& fields) {
  fields.add("task",
             options.task,
             "mtl: annotation lists and cropped_aligned/; lsd: a folder a class",
             one_of({"mtl", "lsd"}));
  fields.add("training", options.training, "pictures in the training part", between(0, 1e7));
  fields.add("validation", options.validation, "pictures in the validation part", between(0, 1e7));
  fields.add("size", options.size, "side of a picture, pixels", between(16, 2048));
  fields.add("missing",
             options.missing,
             "probability that a task's label is withheld from a picture (mtl)",
             between(0, 1));
  fields.add("seed", options.seed, "the same seed draws the same set, byte for byte");
}

DrawnFace draw_face(std::int64_t size, RandomStream& random) {
  const synth::Intensities intensities = synth::sample_intensities(random);
  const synth::Person person = synth::sample_person(random);
  const synth::Scene scene = synth::sample_scene(random);
  return {synth::draw(person, scene, intensities, static_cast<int>(size), random),
          synth::label_of(intensities)};
}

}  // namespace mien
