// Random numbers that belong to the samples of a batch: the same whether the batch goes through a
// network whole or in parts.
#pragma once

#include <cstdint>

#include <ATen/core/Tensor.h>

namespace mien {

/// Uniform numbers in [0, 1) from the CPU's default generator, whatever the device: a row a sample.
/// [N, columns] float32 on the CPU
at::Tensor draw_for_samples(std::int64_t samples, std::int64_t columns);

/// While one lives, the samples that this thread draws for are those of a larger batch from `begin`
/// on: all of its numbers are drawn, and the part has its own among them. Do not nest.
class PartOfBatch {
 public:
  PartOfBatch(std::int64_t begin, std::int64_t whole);
  ~PartOfBatch();
  PartOfBatch(const PartOfBatch&) = delete;
  PartOfBatch& operator=(const PartOfBatch&) = delete;
};

}  // namespace mien
