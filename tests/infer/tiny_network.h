// Networks so small that a test may read with them: their answers mean nothing.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include <ATen/Context.h>

#include "mien/infer/analyser.h"
#include "mien/nn/network.h"
#include "mien/nn/weights.h"

#include "temp_folder.h"

namespace mien::test {

struct TinyNetwork {
  Vocabulary vocabulary = {{"neutral", "happiness", "anger"}, {"AU01", "AU12"}, true};
  InputOptions input;
  std::vector<double> thresholds;
  int seed = 1;
  TinyNetwork() { input.size = 32; }
};

/// A transformer of one layer with random weights, as a file.
inline std::string save_tiny(const TempFolder& folder,
                             const std::string& name,
                             const TinyNetwork& tiny = {}) {
  at::manual_seed(static_cast<std::uint64_t>(tiny.seed));
  ModelOptions model;
  model.name = "vit";
  model.vit = "32x1x2/8";
  model.position_deviation = 1;
  const NetworkPointer network = create_network(model, tiny.vocabulary, tiny.input);
  // A head that starts near zero would answer the same for every face.
  for (const auto& item : network->named_parameters()) {
    const at::NoGradGuard no_gradients;
    if (item.value().dim() >= 2) item.value().normal_(0, 0.2);
  }
  const std::filesystem::path file = folder / (name + ".safetensors");
  save_network(file, *network, {tiny.thresholds, {}});
  return file.string();
}

inline AnalyserOptions options_with(const std::vector<std::string>& files) {
  AnalyserOptions options;
  options.model = files;
  options.device = "cpu";
  options.precision = "float32";
  options.faces.min_face = 40;
  return options;
}

}  // namespace mien::test
