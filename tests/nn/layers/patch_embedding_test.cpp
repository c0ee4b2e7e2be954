#include "mien/nn/layers/patch_embedding.h"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/conv2d.h>
#include <ATen/ops/rand.h>
#include <ATen/ops/tensor.h>
#include <gtest/gtest.h>

#include "tensor_checks.h"

namespace mien {
namespace {

using test::near;

TEST(PatchEmbedding, CutsRowByRow) {
  const at::Tensor picture = at::arange(16, at::kFloat).reshape({1, 1, 4, 4});
  const at::Tensor expected =
      at::tensor({0, 1, 4, 5, 2, 3, 6, 7, 8, 9, 12, 13, 10, 11, 14, 15}, at::kFloat)
          .reshape({1, 4, 4});
  EXPECT_TRUE(patches_of(picture, 2).equal(expected));
}

class PatchEmbeddingTest : public testing::Test {
 protected:
  at::NoGradGuard no_gradients_;
  PatchEmbedding embedding_{4, 10};
  at::Tensor pictures_ = at::rand({2, 3, 12, 12});
  at::Tensor all_ = embedding_.forward(pictures_, {});
};

TEST_F(PatchEmbeddingTest, IsTheConvolution) {
  const auto parameters = embedding_.named_parameters();
  const std::array<std::int64_t, 2> stride = {4, 4};
  const at::Tensor expected =
      at::conv2d(pictures_, parameters["proj.weight"], parameters["proj.bias"], stride)
          .flatten(2)
          .transpose(1, 2);
  EXPECT_TRUE(near(all_, expected, 1e-5));
}

TEST_F(PatchEmbeddingTest, EmbedsOnlyWhatIsKept) {
  const at::Tensor kept = at::tensor({8, 0, 3, 5, 4, 1}, at::kLong).reshape({2, 3});
  const at::Tensor some = embedding_.forward(pictures_, kept);
  ASSERT_EQ(some.sizes(), at::IntArrayRef({2, 3, 10}));
  for (std::int64_t n = 0; n < 2; ++n) {
    for (std::int64_t k = 0; k < 3; ++k) {
      EXPECT_TRUE(near(some[n][k], all_[n][kept[n][k].item<std::int64_t>()], 1e-5));
    }
  }
}

}  // namespace
}  // namespace mien
