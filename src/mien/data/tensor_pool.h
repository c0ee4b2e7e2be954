// Picture tensors used again: a fresh 60 MB batch costs more in page faults than decoding its
// pictures.
#pragma once

#include <cstdint>
#include <mutex>
#include <vector>

#include <ATen/core/Tensor.h>

namespace mien {

/// Hands out [N, 3, S, S] float32 tensors of any content; one comes again once nobody else holds it
/// or a view of it. Safe from many threads.
class TensorPool {
 public:
  at::Tensor take(std::int64_t samples, std::int64_t side);
  /// Forgets every tensor; those still in use live on with their holders.
  void clear();

 private:
  std::mutex mutex_;
  std::vector<at::Tensor> tensors_;
};

}  // namespace mien
