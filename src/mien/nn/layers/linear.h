// A fully connected layer.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <utility>

#include <torch/nn/module.h>

#include "mien/nn/layers/packed_linear.h"

namespace mien {

/// y = x weight^T + bias. Goes by at::linear, so that autocast casts the weight once a step; in
/// evaluation by packed weights where that is faster.
class Linear : public torch::nn::Module {
 public:
  enum class Start {
    kXavier,  ///< Xavier-uniform, bias 0: transformers
    kFanIn,   ///< PyTorch's default: heads
    kNormal,  ///< N(0, deviation), bias 0
  };
  Linear(std::int64_t in, std::int64_t out, Start start = Start::kXavier, double deviation = 0.02);

  /// x [..., in] -> [..., out]
  at::Tensor forward(const at::Tensor& x);
  /// GELU (erf) of `forward(x)`.
  at::Tensor forward_gelu(const at::Tensor& x);
  /// y sigmoid(1.702 y) of y = `forward(x)`, which CLIP has for GELU.
  at::Tensor forward_quick_gelu(const at::Tensor& x);
  /// The outputs `begin` to `end` of `forward(x)` alone. -> [..., end - begin]
  at::Tensor forward_part(const at::Tensor& x, std::int64_t begin, std::int64_t end);

  at::Tensor weight;  ///< [out, in]
  at::Tensor bias;    ///< [out]

 private:
  using Range = std::pair<std::int64_t, std::int64_t>;
  PackedLinear& packed_part(const Range& range);

  PackedLinear packed_;
  std::mutex parts_mutex_;
  std::map<Range, PackedLinear> packed_parts_;
};

}  // namespace mien
