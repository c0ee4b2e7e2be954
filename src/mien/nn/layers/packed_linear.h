// Linear layers in bfloat16 on the CPU with weights that are packed once: what evaluation uses
// where the processor has the instructions.
#pragma once

#include <memory>
#include <mutex>

#include <ATen/core/Tensor.h>

#include "mien/nn/layers/tensor_marks.h"

namespace mien {

/// What follows the layer.
enum class Activation { kNone, kGelu };

/// oneDNN's linear layer, with GELU (erf) fused into it. It packs anew when the weight has changed,
/// moved or is wanted in another type. May be used from several threads.
class PackedLinear {
 public:
  /// Whether a layer over x should go this way: evaluation (no gradients) under bfloat16 autocast
  /// on a CPU with instructions for it. In float32 packing gains nothing here (measured), so that
  /// never does.
  static bool suits(const at::Tensor& x);

  /// activation(x weight^T + bias) in `type`. x [..., in], weight [out, in], bias [out] -> [...,
  /// out]
  at::Tensor forward(const at::Tensor& x,
                     const at::Tensor& weight,
                     const at::Tensor& bias,
                     Activation activation,
                     at::ScalarType type = at::kBFloat16);

 private:
  struct Weights {
    TensorMarks marks;
    at::ScalarType type = at::kBFloat16;
    at::Tensor weight;
    at::Tensor bias;
  };
  std::shared_ptr<const Weights> current(const at::Tensor& weight,
                                         const at::Tensor& bias,
                                         at::ScalarType type);

  std::mutex mutex_;
  std::shared_ptr<const Weights> weights_;
};

}  // namespace mien
