#include "small_weights.h"

#include "../nn/small_networks.h"

namespace mien::test {

std::string small_weights(const TempFolder& folder,
                          const std::string& name,
                          const SmallWeights& small) {
  SmallNetwork network;
  network.name = small.network;
  network.vocabulary = small.vocabulary;
  network.side = small.side;
  network.seed = small.seed;
  network.card.thresholds = small.thresholds;
  return save_small(folder, name + ".safetensors", network);
}

}  // namespace mien::test
