#include "mien/nn/layers/pixel_patches.h"

#include <cmath>
#include <tuple>

#include <ATen/TensorOperators.h>
#include <ATen/ops/sqrt.h>
#include <ATen/ops/var_mean.h>

namespace mien {
namespace {

constexpr std::int64_t kColours = 3;
constexpr double kPixelEps = 1e-6;

struct PatchMoments {
  at::Tensor mean;       ///< [N, L, 1]
  at::Tensor deviation;  ///< [N, L, 1]
};

PatchMoments patch_moments(const at::Tensor& patches) {
  const auto [variance, mean] = at::var_mean(patches,
                                             at::IntArrayRef({-1}),
                                             /*unbiased=*/true,
                                             /*keepdim=*/true);
  return {mean, at::sqrt(variance + kPixelEps)};
}

}  // namespace

at::Tensor pixel_patches(const at::Tensor& pictures, std::int64_t patch) {
  const std::int64_t rows = pictures.size(2) / patch;
  const std::int64_t columns = pictures.size(3) / patch;
  return pictures.reshape({pictures.size(0), kColours, rows, patch, columns, patch})
      .permute({0, 2, 4, 3, 5, 1})
      .reshape({pictures.size(0), rows * columns, patch * patch * kColours});
}

at::Tensor pictures_of_patches(const at::Tensor& patches, std::int64_t patch) {
  const auto grid =
      static_cast<std::int64_t>(std::lround(std::sqrt(static_cast<double>(patches.size(1)))));
  return patches.reshape({patches.size(0), grid, grid, patch, patch, kColours})
      .permute({0, 5, 1, 3, 2, 4})
      .reshape({patches.size(0), kColours, grid * patch, grid * patch});
}

at::Tensor normalised_patches(const at::Tensor& patches) {
  const PatchMoments moments = patch_moments(patches);
  return (patches - moments.mean) / moments.deviation;
}

at::Tensor denormalised_patches(const at::Tensor& normalised, const at::Tensor& like) {
  const PatchMoments moments = patch_moments(like);
  return normalised * moments.deviation + moments.mean;
}

}  // namespace mien
