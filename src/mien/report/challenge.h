// Predictions in the words of ABAW's own lists. For the sources of this module.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "mien/affect.h"
#include "mien/report/cells.h"

namespace mien {

enum class Challenge { kMultiTask, kSyntheticData };

/// Joins a network's classes and units with a challenge's, by name, and writes lines. What is
/// missing gets the challenge's marks: -5 for valence and arousal, -1 for the rest.
class ChallengeLines {
 public:
  /// Throws UsageError naming what the challenge needs and the network does not give.
  ChallengeLines(Challenge challenge, const Vocabulary& network);
  std::string header() const;
  std::string line(const std::string& picture, const WrittenPrediction& prediction) const;

 private:
  std::int64_t expression_of(const WrittenPrediction& prediction) const;

  Challenge challenge_;
  std::size_t classes_;
  std::vector<int> place_of_class_;  // -1: of no interest to the challenge
  std::vector<std::size_t> unit_at_place_;
};

}  // namespace mien
