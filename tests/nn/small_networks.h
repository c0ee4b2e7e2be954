// Networks for tests of files that hold several: small, with weights that tell them apart.
#pragma once

#include <string>
#include <vector>

#include <ATen/Context.h>
#include <ATen/core/grad_mode.h>

#include "mien/nn/network.h"
#include "mien/nn/weights.h"

#include "temp_folder.h"

namespace mien::test {

struct SmallNetwork {
  std::string name = "vit";
  Vocabulary vocabulary = {{"neutral", "happiness", "anger"}, {"AU01", "AU12"}, true};
  std::int64_t side = 32;
  std::uint64_t seed = 1;
  NetworkCard card;
};

inline NetworkPointer make_small(const SmallNetwork& small) {
  at::manual_seed(small.seed);
  ModelOptions model;
  model.name = small.name;
  model.vit = "16x1x2/8";
  model.position_deviation = 1;
  model.dan_width = 4;
  model.dan_heads = 2;
  InputOptions input;
  input.size = small.side;
  NetworkPointer network = create_network(model, small.vocabulary, input);
  // A head that starts near zero would answer the same for every picture.
  for (const auto& item : network->named_parameters()) {
    const at::NoGradGuard no_gradients;
    if (item.value().dim() >= 2) item.value().normal_(0, 0.2);
  }
  network->eval();
  return network;
}

/// Its file in the folder.
inline std::string save_small(const TempFolder& folder,
                              const std::string& name,
                              const SmallNetwork& small = {}) {
  save_network(folder / name, *make_small(small), small.card);
  return (folder / name).string();
}

}  // namespace mien::test
