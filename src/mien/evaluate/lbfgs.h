// Limited-memory BFGS (Liu and Nocedal 1989): the least of a smooth function from its slopes.
#pragma once

#include <functional>

#include <ATen/core/Tensor.h>

namespace mien {

/// A function's value and slope at a point.
struct ValueAndSlope {
  double value = 0;
  at::Tensor slope;  ///< as the point
};
using SmoothFunction = std::function<ValueAndSlope(const at::Tensor& point)>;

struct LbfgsOptions {
  int most_steps = 300;
  double slope = 1e-6;      ///< done where no entry of the slope is larger
  double decrease = 1e-10;  ///< or where a step brings less than this part of the value
};

/// From `start` (float64) downhill. The same start gives the same end.
at::Tensor minimise(const SmoothFunction& function,
                    const at::Tensor& start,
                    const LbfgsOptions& options = {});

}  // namespace mien
