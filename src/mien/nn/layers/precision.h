// Small layers whose precision shows in the result compute in full under autocast too.
#pragma once

#include <ATen/core/Tensor.h>
#include <c10/core/impl/LocalDispatchKeySet.h>

namespace mien {

/// While one lives, this thread computes in the types that its tensors have.
class WithoutAutocast {
 public:
  WithoutAutocast() : excluded_(c10::autocast_dispatch_keyset) {}

 private:
  c10::impl::ExcludeDispatchKeyGuard excluded_;
};

/// bfloat16 and float16 as float32; float32 and float64 as they are.
inline at::Tensor widened(const at::Tensor& x) {
  return c10::isReducedFloatingType(x.scalar_type()) ? x.to(at::kFloat) : x;
}

}  // namespace mien
