#include "mien/nn/layers/linear.h"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/randn.h>
#include <ATen/ops/sigmoid.h>
#include <gtest/gtest.h>

#include "finite_difference.h"
#include "tensor_checks.h"

namespace mien {
namespace {

class QuickGeluTest : public testing::Test {
 protected:
  at::Tensor formula() {
    const at::Tensor y = layer_.forward(x_);
    return y * at::sigmoid(1.702 * y);
  }
  Linear layer_{16, 24};
  at::Tensor x_ = at::randn({2, 5, 16}) * 3;
};

TEST_F(QuickGeluTest, IsTheFormulaWithGradientsAndWithout) {
  EXPECT_TRUE(test::near(layer_.forward_quick_gelu(x_), formula(), 1e-6));
  const at::NoGradGuard no_gradients;
  const at::Tensor before = x_.clone();
  EXPECT_TRUE(test::near(layer_.forward_quick_gelu(x_), formula(), 1e-6));
  EXPECT_TRUE(x_.equal(before));
}

TEST_F(QuickGeluTest, Gradients) {
  layer_.to(at::kDouble);
  x_ = x_.to(at::kDouble);
  test::expect_true_gradients(layer_, [&] { return layer_.forward_quick_gelu(x_).square().sum(); });
}

}  // namespace
}  // namespace mien
