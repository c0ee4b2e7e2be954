// Pictures to patch tokens.
#pragma once

#include <cstdint>
#include <memory>

#include "mien/nn/layers/conv.h"

namespace mien {

/// Cuts pictures into patches. [N, 3, S, S] -> [N, (S / patch)^2, 3 * patch * patch], rows of
/// patches from the top, each patch in the order channel, row, column.
at::Tensor patches_of(const at::Tensor& pictures, std::int64_t patch);

/// Cuts out these patches and touches no other. pictures [N, 3, S, S], kept [N, K] int64 ->
/// [N, K, 3 * patch * patch]
at::Tensor kept_patches_of(const at::Tensor& pictures, std::int64_t patch, const at::Tensor& kept);

/// A linear layer over each patch, published as the convolution `layer` whose kernel is a patch.
/// pictures [N, 3, S, S] -> [N, L, D]; with kept [N, K] only those patches are embedded -> [N, K,
/// D]
at::Tensor embed_patches(const at::Tensor& pictures, const at::Tensor& kept, const Conv2d& layer);

/// The same as a module, with the convolution `proj`.
class PatchEmbedding : public torch::nn::Module {
 public:
  PatchEmbedding(std::int64_t patch, std::int64_t width);
  /// As `embed_patches`.
  at::Tensor forward(const at::Tensor& pictures, const at::Tensor& kept);

 private:
  std::shared_ptr<Conv2d> proj_;
};

}  // namespace mien
