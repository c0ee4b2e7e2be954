// Readings of a face smoothed over time, as they come.
#pragma once

#include <cstdint>
#include <map>

#include "mien/core/options.h"
#include "mien/reading.h"

namespace mien {

struct SmoothingOptions {
  /// Time constant of the filter, seconds; 0: none. It is also the delay with which slow changes
  /// come out.
  double seconds = 0;
  /// Throws OptionError.
  void check() const;
};
void describe(SmoothingOptions& options, Fields& fields);

/// A causal first-order low-pass filter a person and value, by timestamps:
///   y(t) = y(t') + (1 - exp(-(t - t') / seconds)) (x(t) - y(t')),
/// t' being when that value was last there, and y the value itself at first. A steady change comes
/// out `seconds` late, of a sudden one 63 % after `seconds` and 95 % after three times that, at any
/// frame rate. Expression probabilities sum to 1 as before, being mixed; what is missing in a frame
/// stays missing there.
class Smoother {
 public:
  /// Throws OptionError.
  explicit Smoother(const SmoothingOptions& options);

  /// Sets `adjusted` of the faces that are followed (face_id over 0) from what they show: the
  /// prediction, or what another correction put into `adjusted` before. Does nothing at 0 seconds.
  /// Frames come in the order of time.
  void apply(FrameReading& frame);

 private:
  struct Value {
    double value = 0;
    double time = 0;
    bool known = false;
  };
  struct Person {
    double seen = 0;
    Value valence;
    Value arousal;
    std::vector<Value> expression;
    std::vector<Value> action_units;
  };

  float step(Value& value, float input, double time) const;
  void step(std::vector<Value>& values, std::vector<float>& inputs, double time) const;

  SmoothingOptions options_;
  std::map<std::int64_t, Person> people_;  ///< those seen lately
};

}  // namespace mien
