#include "mien/nn/layers/post_norm_block.h"

#include <ATen/Context.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/randn.h>
#include <gtest/gtest.h>

#include "mien/nn/layers/sample_draws.h"

#include "finite_difference.h"
#include "tensor_checks.h"

namespace mien {
namespace {

using test::near;

constexpr PostNormShape kShape = {.width = 8, .heads = 4, .hidden = 12, .dropout = 0.3};

TEST(PostNormBlock, ParametersHavePyTorchsNames) {
  const std::vector<std::string> expected = {"self_attn.in_proj_weight",
                                             "self_attn.in_proj_bias",
                                             "self_attn.out_proj.weight",
                                             "self_attn.out_proj.bias",
                                             "linear1.weight",
                                             "linear1.bias",
                                             "linear2.weight",
                                             "linear2.bias",
                                             "norm1.weight",
                                             "norm1.bias",
                                             "norm2.weight",
                                             "norm2.bias"};
  EXPECT_EQ(PostNormBlock(kShape).named_parameters().keys(), expected);
}

TEST(PostNormBlock, ABatchInPartsLosesWhatTheWholeOneDoes) {
  const at::NoGradGuard no_gradients;
  PostNormBlock block(kShape);
  const at::Tensor x = at::randn({5, 6, 8});
  block.train();
  at::manual_seed(7);
  const at::Tensor whole = block.forward(x);
  std::vector<at::Tensor> parts;
  for (const std::int64_t begin : {0, 2}) {
    const PartOfBatch part(begin, 5);
    at::manual_seed(7);
    parts.push_back(block.forward(x.slice(0, begin, begin == 0 ? 2 : 5)));
  }
  EXPECT_TRUE(near(at::cat(parts), whole, 1e-6));
  block.eval();
  EXPECT_FALSE(near(block.forward(x), whole, 1e-3));
  EXPECT_TRUE(block.forward(x).equal(block.forward(x)));
}

TEST(PostNormBlock, Gradients) {
  PostNormBlock block(kShape);
  block.to(at::kDouble);
  block.train();
  const at::Tensor x = at::randn({3, 5, 8}, at::kDouble);
  const at::Tensor weights = at::randn({3, 5, 8}, at::kDouble);
  test::expect_true_gradients(
      block,
      [&] {
        at::manual_seed(11);  // the same numbers are dropped each time
        return (block.forward(x) * weights).sum();
      },
      3);
}

}  // namespace
}  // namespace mien
