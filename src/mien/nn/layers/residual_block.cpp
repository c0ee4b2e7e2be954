#include "mien/nn/layers/residual_block.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/relu.h>

#include "mien/nn/layers/named_children.h"

namespace mien {

ResidualBlock::ResidualBlock(std::int64_t in, std::int64_t out, std::int64_t stride) {
  conv1 = register_module(
      "conv1", std::make_shared<Conv2d>(ConvShape{.in = in, .out = out, .stride = stride}));
  bn1 = register_module("bn1", std::make_shared<BatchNorm>(out));
  conv2 = register_module("conv2", std::make_shared<Conv2d>(ConvShape{.in = out, .out = out}));
  bn2 = register_module("bn2", std::make_shared<BatchNorm>(out));
  if (stride == 1 && in == out) return;
  const auto projection = register_module("downsample", std::make_shared<NamedChildren>());
  shortcut = projection->add("0",
                             std::make_shared<Conv2d>(ConvShape{
                                 .in = in, .out = out, .kernel = {1, 1}, .stride = stride}));
  shortcut_norm = projection->add("1", std::make_shared<BatchNorm>(out));
}

at::Tensor ResidualBlock::forward(const at::Tensor& x) {
  const at::Tensor inner = at::relu(bn1->forward(conv1->forward(x)));
  const at::Tensor change = bn2->forward(conv2->forward(inner));
  return at::relu(change + (shortcut ? shortcut_norm->forward(shortcut->forward(x)) : x));
}

}  // namespace mien
