#include "mien/nn/layers/position.h"

#include <array>
#include <cmath>

#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/cos.h>
#include <ATen/ops/outer.h>
#include <ATen/ops/pow.h>
#include <ATen/ops/sin.h>
#include <ATen/ops/stack.h>
#include <ATen/ops/upsample_bicubic2d.h>
#include <ATen/ops/zeros.h>

#include "mien/error.h"

namespace mien {
namespace {

constexpr double kLongestPeriod = 10000;

/// The phase of each place in waves from the shortest to nearly the longest period. [places, waves]
at::Tensor phases(const at::Tensor& places, std::int64_t waves) {
  const at::Tensor exponents = at::arange(waves, at::kDouble) / static_cast<double>(waves);
  return at::outer(places, at::pow(kLongestPeriod, -exponents));
}

/// Sines and cosines of each place along one axis. [places, width]
at::Tensor waves(const at::Tensor& places, std::int64_t width) {
  const at::Tensor angles = phases(places, width / 2);
  return at::cat({at::sin(angles), at::cos(angles)}, 1);
}

}  // namespace

at::Tensor sincos_positions(std::int64_t width, std::int64_t grid) {
  const at::Tensor axis = waves(at::arange(grid, at::kDouble), width / 2);  // [g, D / 2]
  const at::Tensor columns = axis.repeat({grid, 1});
  const at::Tensor rows = axis.repeat_interleave(grid, 0);
  const at::Tensor patches = at::cat({columns, rows}, 1).to(at::kFloat);
  return at::cat({at::zeros({1, width}), patches}).unsqueeze(0);
}

at::Tensor sequence_positions(std::int64_t places, std::int64_t width) {
  const at::Tensor angles = phases(at::arange(places, at::kDouble), width / 2);
  return at::stack({at::sin(angles), at::cos(angles)}, 2).flatten(1).to(at::kFloat);
}

bool is_position_table(std::string_view parameter) {
  return parameter.ends_with("pos_embed") || parameter.ends_with("positional_embedding");
}

std::int64_t grid_of_positions(std::int64_t entries) {
  constexpr std::int64_t kMost = std::int64_t{1} << 32;  // the square of a grid is a number, too
  if (entries < 2 || entries > kMost) return -1;
  const auto grid =
      static_cast<std::int64_t>(std::lround(std::sqrt(static_cast<double>(entries - 1))));
  return grid * grid + 1 == entries ? grid : -1;
}

at::Tensor interpolate_positions(const at::Tensor& table, std::int64_t grid) {
  const std::int64_t from = table.dim() == 3 ? grid_of_positions(table.size(1)) : -1;
  if (from < 1) throw UsageError("a position table of shape [1, 1 + g * g, D] is needed");
  if (from == grid) return table;
  const at::Tensor patches = table.slice(1, 1).reshape({1, from, from, -1}).permute({0, 3, 1, 2});
  const std::array<std::int64_t, 2> size = {grid, grid};
  const at::Tensor resized =
      at::upsample_bicubic2d(patches.contiguous(), size, /*align_corners=*/false);
  return at::cat({table.slice(1, 0, 1), resized.permute({0, 2, 3, 1}).flatten(1, 2)}, 1);
}

}  // namespace mien
