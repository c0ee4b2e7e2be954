#include "mien/nn/layers/conv.h"

#include <ATen/Context.h>
#include <ATen/ops/randn.h>
#include <gtest/gtest.h>

#include "tensor_checks.h"

namespace mien {
namespace {

using test::near;

/// Outputs and gradients of the sum of their squares for one order of a picture's numbers.
struct Passed {
  at::Tensor outputs;
  at::Tensor weight;
  at::Tensor pictures;
};

Passed passed(Conv2d& conv, const at::Tensor& pictures, at::MemoryFormat format) {
  conv.zero_grad();
  const at::Tensor x = pictures.clone().requires_grad_(true);
  const at::Tensor y = conv.forward(x.contiguous(format));
  y.square().sum().backward();
  return {y.detach(), conv.weight.grad().clone(), x.grad()};
}

/// Channels that are no multiple of a vector are where oneDNN wrote past a gradient's end: the
/// process died of it, in time.
TEST(Conv2d, GivesTheSameWhateverTheOrderOfThePicturesNumbers) {
  at::manual_seed(3);
  for (const std::int64_t kernel : {1, 3}) {
    for (const std::int64_t in : {4, 8, 12}) {
      for (const std::int64_t side : {1, 2, 6}) {
        for (const std::int64_t stride : {1, 2}) {
          Conv2d conv({.in = in, .out = in / 2, .kernel = {kernel, kernel}, .stride = stride});
          const at::Tensor pictures = at::randn({3, in, side, side});
          const Passed planes = passed(conv, pictures, at::MemoryFormat::Contiguous);
          const Passed last = passed(conv, pictures, at::MemoryFormat::ChannelsLast);
          EXPECT_EQ(last.outputs.size(2), (side + stride - 1) / stride);
          EXPECT_TRUE(near(last.outputs, planes.outputs, 1e-5))
              << kernel << " " << in << " " << side;
          EXPECT_TRUE(near(last.weight, planes.weight, 1e-5)) << kernel << " " << in << " " << side;
          EXPECT_TRUE(near(last.pictures, planes.pictures, 1e-5)) << in << " " << side;
        }
      }
    }
  }
}

}  // namespace
}  // namespace mien
