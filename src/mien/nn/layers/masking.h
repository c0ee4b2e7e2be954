// Random masking of patches, a sample by itself (He et al. 2022; method section 2).
#pragma once

#include <cstdint>

#include <ATen/core/Tensor.h>

namespace mien {

/// How many of `patches` stay when the part `ratio` is dropped: floor(patches * (1 - ratio)), at
/// least 1.
std::int64_t kept_count(std::int64_t patches, double ratio);

/// One uniform number a patch from the CPU's default generator. [N, L] float32 on the CPU.
at::Tensor draw_mask_noise(std::int64_t samples, std::int64_t patches);

/// The patches with the smallest noise, smallest first. noise [N, L] -> [N, kept_count(L, ratio)]
/// int64
at::Tensor kept_patches(const at::Tensor& noise, double ratio);

}  // namespace mien
