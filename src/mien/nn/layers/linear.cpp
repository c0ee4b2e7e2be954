#include "mien/nn/layers/linear.h"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/gelu.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/silu.h>

#include "mien/nn/layers/initialise.h"

namespace mien {

constexpr double kQuickGelu = 1.702;

Linear::Linear(std::int64_t in, std::int64_t out, Start start, double deviation) {
  at::Tensor values = at::empty({out, in});
  at::Tensor offsets = at::empty({out});
  if (start == Start::kXavier) {
    fill_xavier_uniform(values);
  } else if (start == Start::kFanIn) {
    fill_uniform_fan_in(values, in);
  } else {
    fill_normal(values, deviation);
  }
  if (start == Start::kFanIn) {
    fill_uniform_fan_in(offsets, in);
  } else {
    fill_constant(offsets, 0);
  }
  weight = register_parameter("weight", values);
  bias = register_parameter("bias", offsets);
}

at::Tensor Linear::forward(const at::Tensor& x) {
  if (PackedLinear::suits(x)) return packed_.forward(x, weight, bias, Activation::kNone);
  return at::linear(x, weight, bias);
}

at::Tensor Linear::forward_gelu(const at::Tensor& x) {
  if (PackedLinear::suits(x)) return packed_.forward(x, weight, bias, Activation::kGelu);
  return at::gelu(at::linear(x, weight, bias));
}

at::Tensor Linear::forward_quick_gelu(const at::Tensor& x) {
  // As silu(1.702 y) / 1.702: one tensor is kept for the way back where the product of two keeps
  // two.
  const at::Tensor y = forward(x);
  if (at::GradMode::is_enabled()) return at::silu(y * kQuickGelu).mul_(1 / kQuickGelu);
  return at::silu_(y.mul_(kQuickGelu)).mul_(1 / kQuickGelu);
}

PackedLinear& Linear::packed_part(const Range& range) {
  const std::lock_guard lock(parts_mutex_);
  return packed_parts_[range];
}

at::Tensor Linear::forward_part(const at::Tensor& x, std::int64_t begin, std::int64_t end) {
  const at::Tensor rows = weight.slice(0, begin, end);
  const at::Tensor offsets = bias.slice(0, begin, end);
  if (PackedLinear::suits(x)) {
    return packed_part({begin, end}).forward(x, rows, offsets, Activation::kNone);
  }
  return at::linear(x, rows, offsets);
}

}  // namespace mien
