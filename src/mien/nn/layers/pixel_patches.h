// Pictures as rows of pixels a patch, in the order in which MAE's decoder writes them.
#pragma once

#include <cstdint>

#include <ATen/core/Tensor.h>

namespace mien {

/// [N, 3, S, S] -> [N, (S / patch)^2, patch * patch * 3], rows of patches from the top, each patch
/// in the order row, column, channel.
at::Tensor pixel_patches(const at::Tensor& pictures, std::int64_t patch);
/// The inverse. [N, g * g, patch * patch * 3] -> [N, 3, g * patch, g * patch]
at::Tensor pictures_of_patches(const at::Tensor& patches, std::int64_t patch);

/// MAE's `norm_pix`: each patch less its own mean, over its own deviation (unbiased variance, eps
/// 1e-6). [N, L, P * P * 3], same shape out
at::Tensor normalised_patches(const at::Tensor& patches);
/// Takes what `normalised_patches` makes back to the mean and deviation of `like`.
at::Tensor denormalised_patches(const at::Tensor& normalised, const at::Tensor& like);

}  // namespace mien
