// Noticing that tensors have changed since something was made from them.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include <ATen/core/Tensor.h>

namespace mien {

/// What a tensor held, as far as it can be told without reading it: every write in place raises its
/// version, and a move to another device or type gives it other memory.
class TensorMarks {
 public:
  void add(const at::Tensor& tensor) {
    marks_.emplace_back(tensor.const_data_ptr(),
                        tensor.unsafeGetTensorImpl()->version_counter().current_version());
  }
  bool operator==(const TensorMarks&) const = default;

 private:
  std::vector<std::pair<const void*, std::uint32_t>> marks_;
};

}  // namespace mien
