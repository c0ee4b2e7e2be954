// Comparing tensors in tests.
#pragma once

#include <sstream>
#include <string>

#include <ATen/TensorOperators.h>
#include <ATen/core/Tensor.h>
#include <ATen/ops/abs.h>
#include <gtest/gtest.h>

namespace mien::test {

/// Fails where shapes differ or some element is off by more than `tolerance` times the largest of
/// `expected`.
inline testing::AssertionResult near(const at::Tensor& actual,
                                     const at::Tensor& expected,
                                     double tolerance) {
  if (!actual.defined() || !expected.defined()) {
    return testing::AssertionFailure() << "a tensor is undefined";
  }
  if (actual.sizes() != expected.sizes()) {
    std::ostringstream text;
    text << "shapes " << actual.sizes() << " and " << expected.sizes();
    return testing::AssertionFailure() << text.str();
  }
  if (expected.numel() == 0) return testing::AssertionSuccess();
  const at::Tensor wanted = expected.to(at::kDouble);
  const at::Tensor difference = (actual.detach().to(at::kDouble) - wanted).abs();
  const double largest = wanted.abs().max().item<double>();
  const double worst = difference.max().item<double>();
  // Written so that NaN fails.
  if (worst <= tolerance * largest) return testing::AssertionSuccess();
  return testing::AssertionFailure() << "off by " << worst << " where the largest is " << largest;
}

}  // namespace mien::test
