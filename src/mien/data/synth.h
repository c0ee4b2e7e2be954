// Drawn faces: geometry follows action units; exact labels, some withheld. The embedded data set of
// demo, tests and benches.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "mien/affect.h"
#include "mien/core/events.h"
#include "mien/core/options.h"
#include "mien/core/random.h"
#include "mien/image/image.h"

namespace mien {

struct SynthOptions {
  std::string task = "mtl";      ///< mtl: annotation lists and cropped_aligned/; lsd: class folders
  std::int64_t training = 4000;  ///< pictures in the training part
  std::int64_t validation = 1000;  ///< pictures in the validation part
  std::int64_t size = 112;         ///< side, pixels
  double missing = 0.3;            ///< probability that a task's label is withheld from a sample
  std::int64_t seed = 1;
  void check() const;
};
void describe(SynthOptions& options, Fields& fields);

/// One drawn face and its complete label in abaw_mtl_vocabulary().
struct DrawnFace {
  Image image;
  Label label;
};
/// A pure function of the stream.
DrawnFace draw_face(std::int64_t size, RandomStream& random);

/// Writes the set; replaces nothing: throws UsageError when the folder already holds a set.
void write_synthetic_set(const std::filesystem::path& folder,
                         const SynthOptions& options,
                         const EventSink& events,
                         const StopFlag& stop);

}  // namespace mien
