#include "mien/data/tensor_pool.h"

#include <atomic>

#include <ATen/ops/empty.h>

namespace mien {
namespace {

// More in flight than this comes from a reader that keeps its batches: those never come back.
constexpr std::size_t kMostKept = 16;

bool is_free(const at::Tensor& tensor) {
  return tensor.use_count() == 1 && tensor.storage().use_count() == 1;
}

}  // namespace

at::Tensor TensorPool::take(std::int64_t samples, std::int64_t side) {
  const std::vector<std::int64_t> shape = {samples, 3, side, side};
  const std::lock_guard lock(mutex_);
  for (at::Tensor& tensor : tensors_) {
    if (!is_free(tensor) || tensor.sizes() != at::IntArrayRef(shape)) continue;
    // What the last holder read must be done before the next one writes.
    std::atomic_thread_fence(std::memory_order_acquire);
    return tensor;
  }
  at::Tensor fresh = at::empty(shape, at::kFloat);
  if (tensors_.size() >= kMostKept) tensors_.erase(tensors_.begin());
  tensors_.push_back(fresh);
  return fresh;
}

void TensorPool::clear() {
  const std::lock_guard lock(mutex_);
  tensors_.clear();
}

}  // namespace mien
