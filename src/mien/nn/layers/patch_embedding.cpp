#include "mien/nn/layers/patch_embedding.h"

#include <ATen/ops/arange.h>
#include <ATen/ops/div.h>
#include <ATen/ops/index_select.h>
#include <ATen/ops/linear.h>

#include "mien/nn/layers/initialise.h"

namespace mien {

at::Tensor patches_of(const at::Tensor& pictures, std::int64_t patch) {
  const std::int64_t rows = pictures.size(2) / patch;
  const std::int64_t columns = pictures.size(3) / patch;
  return pictures.reshape({pictures.size(0), pictures.size(1), rows, patch, columns, patch})
      .permute({0, 2, 4, 1, 3, 5})
      .reshape({pictures.size(0), rows * columns, pictures.size(1) * patch * patch});
}

at::Tensor kept_patches_of(const at::Tensor& pictures, std::int64_t patch, const at::Tensor& kept) {
  const std::int64_t channels = pictures.size(1);
  const std::int64_t side = pictures.size(2);
  const std::int64_t grid = side / patch;
  // Seen as pieces of `patch` pixels beside each other, a patch is channels * patch of them.
  const auto count = [&](std::int64_t n) { return at::arange(n, kept.options()); };
  const at::Tensor first = at::div(kept, grid, "floor") * patch * grid + kept % grid;  // [N, K]
  const at::Tensor rows = count(patch) * grid;                                         // [P]
  const at::Tensor planes = count(channels) * side * grid;                             // [C]
  const at::Tensor samples = count(pictures.size(0)) * channels * side * grid;         // [N]
  const at::Tensor pieces = samples.view({-1, 1, 1, 1}) + first.unsqueeze(2).unsqueeze(3) +
                            planes.view({-1, 1}) + rows;  // [N, K, C, P]
  return pictures.reshape({-1, patch})
      .index_select(0, pieces.flatten())
      .view({kept.size(0), kept.size(1), channels * patch * patch});
}

at::Tensor embed_patches(const at::Tensor& pictures, const at::Tensor& kept, const Conv2d& layer) {
  const std::int64_t patch = layer.shape().kernel[0];
  const at::Tensor patches =
      kept.defined() ? kept_patches_of(pictures, patch, kept) : patches_of(pictures, patch);
  return at::linear(patches, layer.weight.flatten(1), layer.bias);
}

PatchEmbedding::PatchEmbedding(std::int64_t patch, std::int64_t width) {
  proj_ = register_module("proj",
                          std::make_shared<Conv2d>(ConvShape{
                              .in = 3, .out = width, .kernel = {patch, patch}, .bias = true}));
  fill_xavier_uniform(proj_->weight.detach());
}

at::Tensor PatchEmbedding::forward(const at::Tensor& pictures, const at::Tensor& kept) {
  return embed_patches(pictures, kept, *proj_);
}

}  // namespace mien
