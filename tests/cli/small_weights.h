// Weights for tests of the program's parts. How a network is made needs libtorch's modules, which
// take long to compile: they stay in small_weights.cpp.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "mien/affect.h"

#include "temp_folder.h"

namespace mien::test {

struct SmallWeights {
  std::string network = "vit";  ///< of one layer, 16 wide
  Vocabulary vocabulary = {{"neutral", "happiness", "anger"}, {"AU01", "AU12"}, true};
  std::int64_t side = 32;  ///< of its pictures
  std::uint64_t seed = 1;
  std::vector<double> thresholds = {};
};

/// Writes FOLDER/NAME.safetensors, random weights that say different things of different faces.
std::string small_weights(const TempFolder& folder,
                          const std::string& name,
                          const SmallWeights& small = {});

}  // namespace mien::test
