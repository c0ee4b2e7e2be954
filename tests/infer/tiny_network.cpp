#include "tiny_network.h"

#include <cstdint>
#include <filesystem>

#include <ATen/Context.h>
#include <ATen/core/grad_mode.h>

#include "mien/nn/network.h"
#include "mien/nn/weights.h"

namespace mien::test {
namespace {

ModelOptions options_of(const TinyNetwork& tiny) {
  ModelOptions model;
  model.name = tiny.name;
  model.vit = "32x1x2/8";
  model.position_deviation = 1;
  if (tiny.name == "mae") {
    model.decoder = "8x1x2";
    model.position = "sincos";
    model.mask = 0.75;
  }
  return model;
}

}  // namespace

std::string save_tiny(const TempFolder& folder, const std::string& name, const TinyNetwork& tiny) {
  at::manual_seed(static_cast<std::uint64_t>(tiny.seed));
  const NetworkPointer network = create_network(options_of(tiny), tiny.vocabulary, tiny.input);
  // A head that starts near zero would answer the same for every face.
  for (const auto& item : network->named_parameters()) {
    const at::NoGradGuard no_gradients;
    if (item.value().dim() >= 2) item.value().normal_(0, 0.2);
  }
  const std::filesystem::path file = folder / (name + ".safetensors");
  save_network(file, *network, {tiny.thresholds, {}, tiny.temperature});
  return file.string();
}

}  // namespace mien::test
