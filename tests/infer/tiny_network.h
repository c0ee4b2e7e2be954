// Networks so small that a test may read with them: their answers mean nothing.
#pragma once

#include <string>
#include <vector>

#include "mien/affect.h"
#include "mien/infer/analyser.h"
#include "mien/input/input.h"

#include "temp_folder.h"

namespace mien::test {

struct TinyNetwork {
  std::string name = "vit";
  Vocabulary vocabulary = {{"neutral", "happiness", "anger"}, {"AU01", "AU12"}, true};
  InputOptions input;
  std::vector<double> thresholds;
  double temperature = 1;
  int seed = 1;
  TinyNetwork() { input.size = 32; }
};

/// A transformer of one layer with random weights, as a file. 32 features a face.
std::string save_tiny(const TempFolder& folder,
                      const std::string& name,
                      const TinyNetwork& tiny = {});

inline AnalyserOptions options_with(const std::vector<std::string>& files) {
  AnalyserOptions options;
  options.model = files;
  options.device = "cpu";
  options.precision = "float32";
  options.faces.min_face = 40;
  return options;
}

}  // namespace mien::test
