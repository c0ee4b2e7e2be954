// Checks that tests of losses share.
#pragma once

#include <cmath>
#include <cstdint>
#include <functional>
#include <vector>

#include <ATen/TensorOperators.h>
#include <ATen/core/Tensor.h>
#include <ATen/ops/tensor.h>
#include <gtest/gtest.h>

namespace mien::test {

inline at::Tensor matrix(const std::vector<float>& values, std::int64_t columns) {
  return at::tensor(values).view({-1, columns});
}

inline at::Tensor leaf(const at::Tensor& values) {
  return values.clone().requires_grad_(true);
}

/// The gradient against central differences of the loss in float32: steps are large, tolerance
/// loose.
inline void expect_gradient(const std::function<at::Tensor(const at::Tensor&)>& loss,
                            const at::Tensor& at) {
  constexpr float kStep = 1e-2F;
  const at::Tensor point = leaf(at);
  loss(point).backward();
  for (std::int64_t i = 0; i < at.numel(); ++i) {
    at::Tensor above = at.clone();
    at::Tensor below = at.clone();
    above.view({-1})[i] += kStep;
    below.view({-1})[i] -= kStep;
    const double slope = (loss(above) - loss(below)).item<double>() / (2 * kStep);
    EXPECT_NEAR(point.grad().view({-1})[i].item<double>(), slope, 2e-3 + 2e-2 * std::abs(slope))
        << i;
  }
}

/// Exactly 0 with a gradient of exactly 0.
inline void expect_nothing(const std::function<at::Tensor(const at::Tensor&)>& loss,
                           const at::Tensor& at) {
  const at::Tensor point = leaf(at);
  const at::Tensor value = loss(point);
  EXPECT_EQ(value.item<float>(), 0.0F);
  value.backward();
  ASSERT_TRUE(point.grad().defined());
  EXPECT_EQ(point.grad().abs().max().item<float>(), 0.0F);
}

}  // namespace mien::test
