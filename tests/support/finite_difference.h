// Gradients against central differences, in float64.
#pragma once

#include <algorithm>
#include <cmath>
#include <functional>
#include <string>

#include <ATen/core/Tensor.h>
#include <ATen/core/grad_mode.h>
#include <gtest/gtest.h>
#include <torch/nn/module.h>

namespace mien::test {

/// Checks the gradient of the scalar `loss` at up to `places` elements of each parameter that takes
/// gradients. The module and what `loss` feeds it must be float64, and `loss` must give the same
/// value each time.
inline void expect_true_gradients(torch::nn::Module& module,
                                  const std::function<at::Tensor()>& loss,
                                  std::int64_t places = 3) {
  constexpr double kStep = 1e-6;
  constexpr double kTolerance = 1e-5;
  module.zero_grad();
  loss().backward();
  for (const auto& item : module.named_parameters()) {
    const at::Tensor& value = item.value();
    if (!value.requires_grad()) continue;
    const std::int64_t count = value.numel();
    for (std::int64_t k = 0; k < std::min(places, count); ++k) {
      const std::int64_t i = (k * 7919 + 3) % count;
      const at::NoGradGuard no_gradients;
      const at::Tensor element = value.detach().view({-1})[i];
      const double before = element.item<double>();
      element.fill_(before + kStep);
      const double above = loss().item<double>();
      element.fill_(before - kStep);
      const double below = loss().item<double>();
      element.fill_(before);
      const double expected = (above - below) / (2 * kStep);
      const double actual = value.grad().defined() ? value.grad().view({-1})[i].item<double>() : 0;
      EXPECT_NEAR(actual, expected, kTolerance * std::max(1.0, std::abs(expected)))
          << item.key() << " element " << i;
    }
  }
}

}  // namespace mien::test
