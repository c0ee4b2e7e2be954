#include "mien/data/synth.h"

#include "mien/data/synth_face.h"
#include "mien/error.h"

namespace mien {

void SynthOptions::check() const {
  if (task != "mtl" && task != "lsd")
    throw OptionError("task", "task is mtl or lsd, not '" + task + "'");
  const auto in_range =
      [](const char* key, std::int64_t value, std::int64_t low, std::int64_t high) {
        if (value >= low && value <= high) return;
        throw OptionError(key,
                          std::string(key) + " has to lie between " + std::to_string(low) +
                              " and " + std::to_string(high) + ", not " + std::to_string(value));
      };
  in_range("training", training, 0, 10'000'000);
  in_range("validation", validation, 0, 10'000'000);
  in_range("size", size, 16, 2048);
  if (!(missing >= 0 && missing <= 1))
    throw OptionError("missing", "missing has to lie between 0 and 1");
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
