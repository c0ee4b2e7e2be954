// Each person's own resting face taken out of their readings: a second pass over a whole video.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "mien/core/options.h"
#include "mien/reading.h"

namespace mien {

struct NeutralOptions {
  /// Frames of a person that are needed; who has fewer is left as they are.
  std::int64_t frames = 50;
  /// Probability of an action unit that a resting face is to have.
  double rest = 0.1;
  /// Throws OptionError.
  void check() const;
};
void describe(NeutralOptions& options, Fields& fields);

/// A person's median over the video stands for their resting face (most people rest most of the
/// time; who smiles throughout loses the smile):
///   valence, arousal   v - median(v)
///   action units       logistic(logit(p) - max(0, median(logit(p)) - logit(rest))): a unit that a
///                      person's resting face seems to show comes down to `rest`, one that it does
///                      not show stays
/// Expressions stay as they are. Memory goes with the people, not with the frames: medians come
/// from histograms, exact to 0.002 in valence and arousal, and to 0.02 in a logit.
class NeutralBaseline {
 public:
  /// Throws OptionError.
  explicit NeutralBaseline(const NeutralOptions& options = {});

  /// First pass: takes in the predictions of faces that are followed (face_id over 0).
  void add(const FrameReading& frame);
  /// Second pass: sets `adjusted` from what each face shows.
  void apply(FrameReading& frame) const;
  /// Frames of a person so far.
  std::int64_t frames(std::int64_t face_id) const;

 private:
  /// How often each step of a value was seen.
  class Histogram {
   public:
    explicit Histogram(double step) : step_(step) {}
    void add(double value);
    std::optional<double> median() const;  ///< nothing when empty

   private:
    double step_;
    std::int64_t count_ = 0;
    std::map<std::int32_t, std::int64_t> bins_;
  };
  struct Person {
    std::int64_t frames = 0;
    Histogram valence;
    Histogram arousal;
    std::vector<Histogram> action_units;
    Person();
  };

  NeutralOptions options_;
  std::map<std::int64_t, Person> people_;
};

}  // namespace mien
