// The vocabulary of affect: expressions, action units, valence and arousal; labels that may be
// missing; a prediction. Which classes and units there are is data (a Vocabulary), never an enum.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace mien {

/// Names of what a set is labelled with or a network gives. Everything is joined by these names.
struct Vocabulary {
  std::vector<std::string> expressions;   ///< lower-case: "neutral", "anger", ...
  std::vector<std::string> action_units;  ///< "AU01", "AU12": two digits
  bool valence_arousal = false;

  bool operator==(const Vocabulary&) const = default;
};

/// ABAW's multi-task challenge: 8 expressions, 12 action units, valence and arousal.
Vocabulary abaw_mtl_vocabulary();
/// ABAW's learning-from-synthetic-data challenge: 6 expressions.
Vocabulary abaw_lsd_vocabulary();

/// One sample's labels in the order of some Vocabulary; any subset may be missing.
struct Label {
  std::optional<float> valence;           ///< in [-1, 1]
  std::optional<float> arousal;           ///< in [-1, 1]
  int expression = -1;                    ///< index into Vocabulary::expressions, -1 missing
  std::vector<std::int8_t> action_units;  ///< 1 present, 0 absent, -1 missing; one a unit
  /// Optional distribution over expressions (votes of several raters); empty or sums to 1.
  std::vector<float> expression_distribution;

  bool has_valence_arousal() const { return valence.has_value() && arousal.has_value(); }
};

/// What a network says of one face, in the order of its Vocabulary; empty where it says nothing.
struct Prediction {
  std::optional<float> valence;  ///< unclipped; clipped to [-1, 1] where it is written out
  std::optional<float> arousal;
  std::vector<float> expression;    ///< probabilities, sum 1
  std::vector<float> action_units;  ///< probabilities, each its own
};

}  // namespace mien
