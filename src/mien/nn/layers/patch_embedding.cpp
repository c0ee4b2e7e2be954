#include "mien/nn/layers/patch_embedding.h"

#include <ATen/ops/gather.h>
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

at::Tensor take_tokens(const at::Tensor& tokens, const at::Tensor& kept) {
  return tokens.gather(1, kept.unsqueeze(2).expand({-1, -1, tokens.size(2)}));
}

PatchEmbedding::PatchEmbedding(std::int64_t patch, std::int64_t width) : patch_(patch) {
  proj_ = register_module("proj",
                          std::make_shared<Conv2d>(ConvShape{
                              .in = 3, .out = width, .kernel = {patch, patch}, .bias = true}));
  fill_xavier_uniform(proj_->weight.detach());
}

at::Tensor PatchEmbedding::forward(const at::Tensor& pictures, const at::Tensor& kept) {
  at::Tensor patches = patches_of(pictures, patch_);
  if (kept.defined()) patches = take_tokens(patches, kept);
  return at::linear(patches, proj_->weight.flatten(1), proj_->bias);
}

}  // namespace mien
