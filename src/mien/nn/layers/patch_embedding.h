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

/// A linear layer over each patch, published as a convolution (`proj`).
class PatchEmbedding : public torch::nn::Module {
 public:
  PatchEmbedding(std::int64_t patch, std::int64_t width);
  /// pictures [N, 3, S, S] -> [N, L, D]; with kept [N, K] only those patches are embedded -> [N, K,
  /// D].
  at::Tensor forward(const at::Tensor& pictures, const at::Tensor& kept);

 private:
  std::int64_t patch_;
  std::shared_ptr<Conv2d> proj_;
};

}  // namespace mien
