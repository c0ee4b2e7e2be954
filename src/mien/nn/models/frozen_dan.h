// DAN for evaluation alone, with less work: every batch norm is folded into the convolution before
// it, the three parallel convolutions of a head become one, and all heads are computed together.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include <ATen/core/Tensor.h>

#include "mien/nn/layers/tensor_marks.h"
#include "mien/nn/models/dan.h"

namespace mien {

/// Gives what `dan->forward(pictures)` gives in evaluation mode (to 1e-5, float32). Folds anew when
/// the DAN's weights have changed, moved or are wanted in another type. May be used from several
/// threads.
class FrozenDan {
 public:
  explicit FrozenDan(std::shared_ptr<Dan> dan) : dan_(std::move(dan)) {}

  struct Result {
    at::Tensor logits;       ///< [N, classes] float32
    at::Tensor third_stage;  ///< [N, C, h, w] that stage's output, in the convolutions' type
  };
  /// pictures [N, 3, S, S]; without gradients. Under autocast the convolutions compute in its type.
  Result read(const at::Tensor& pictures);

 private:
  /// A convolution with its norm folded in.
  struct Folded {
    at::Tensor weight;
    at::Tensor bias;
    std::int64_t stride = 1;
    std::int64_t groups = 1;
    at::Tensor operator()(const at::Tensor& x) const;
  };
  struct FoldedBlock {
    Folded first;
    Folded second;
    Folded shortcut;  ///< its weight is undefined where there is none
  };
  struct Weights {
    TensorMarks marks;
    at::ScalarType type = at::kFloat;
    Folded stem;
    std::vector<FoldedBlock> blocks;
    Folded narrow;  ///< the heads' 1x1 convolutions, one after another
    Folded attend;  ///< the heads' other convolutions, a group a head
  };

  static Folded fold(const Conv2d& conv, const BatchNorm& norm);
  Weights folded(at::ScalarType type) const;
  std::shared_ptr<const Weights> current(at::ScalarType type);

  std::shared_ptr<Dan> dan_;
  std::mutex mutex_;
  std::shared_ptr<const Weights> weights_;
};

}  // namespace mien
