// Stochastic depth (Huang et al. 2016): in training a residual branch is left out for some samples,
// and scaled up for the others.
#pragma once

#include <cstdint>

#include <ATen/TensorOperators.h>
#include <ATen/core/Tensor.h>
#include <ATen/ops/index_add.h>
#include <ATen/ops/index_select.h>

namespace mien {

/// Indices of the samples that keep the branch: each of `samples` with probability 1 - `rate`,
/// drawn from the CPU's default generator whatever the device. [M] int64 on the CPU, 0 <= M <=
/// samples.
at::Tensor draw_kept_samples(std::int64_t samples, double rate);

/// What a residual adds, in training: nothing for some samples, `change` / (1 - rate) for the
/// others. For a branch that must see all samples, as one with batch norms. change [N, ...], same
/// shape out
at::Tensor drop_path(const at::Tensor& change, double rate);

/// The rate of block `block` of `depth`: rises linearly from 0 at the first to `last` at the last.
double drop_path_of_block(double last, std::int64_t block, std::int64_t depth);

/// x + branch(x), or in training x + branch(x) / (1 - rate) for the samples that keep it and x for
/// the rest. The branch must treat samples apart: it is computed for those that keep it and no
/// others. x [N, ...]
template <typename Branch>
at::Tensor residual(const at::Tensor& x, double rate, const Branch& branch) {
  if (rate == 0) return x + branch(x);
  const at::Tensor kept = draw_kept_samples(x.size(0), rate);
  if (kept.numel() == 0) return x;
  const at::Tensor index = kept.to(x.device());
  const at::Tensor change = branch(x.index_select(0, index));
  return x.index_add(0, index, change.to(x.scalar_type()), 1 / (1 - rate));
}

}  // namespace mien
