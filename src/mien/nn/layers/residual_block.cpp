#include "mien/nn/layers/residual_block.h"

#include <string>

#include "mien/nn/layers/named_children.h"

namespace mien {
namespace {

std::shared_ptr<Conv2d> add_conv(torch::nn::Module& owner,
                                 const std::string& name,
                                 const ConvShape& shape) {
  return owner.register_module(name, std::make_shared<Conv2d>(shape));
}

std::shared_ptr<BatchNorm> add_norm(torch::nn::Module& owner,
                                    const std::string& name,
                                    std::int64_t channels) {
  return owner.register_module(name, std::make_shared<BatchNorm>(channels));
}

/// Makes the projection where a block changes the shape.
template <typename Block>
void add_shortcut(Block& block, std::int64_t in, std::int64_t out, std::int64_t stride) {
  if (stride == 1 && in == out) return;
  const auto projection = block.register_module("downsample", std::make_shared<NamedChildren>());
  block.shortcut =
      add_conv(*projection, "0", {.in = in, .out = out, .kernel = {1, 1}, .stride = stride});
  block.shortcut_norm = add_norm(*projection, "1", out);
}

/// `change` is written over: nothing keeps it.
template <typename Block>
at::Tensor joined_with_shortcut(const Block& block, at::Tensor change, const at::Tensor& x) {
  return change.add_(block.shortcut ? block.shortcut_norm->forward(block.shortcut->forward(x)) : x)
      .relu_();
}

}  // namespace

ResidualBlock::ResidualBlock(std::int64_t in, std::int64_t out, std::int64_t stride) {
  conv1 = add_conv(*this, "conv1", {.in = in, .out = out, .stride = stride});
  bn1 = add_norm(*this, "bn1", out);
  conv2 = add_conv(*this, "conv2", {.in = out, .out = out});
  bn2 = add_norm(*this, "bn2", out);
  add_shortcut(*this, in, out, stride);
}

at::Tensor ResidualBlock::forward(const at::Tensor& x) {
  const at::Tensor inner = bn1->forward(conv1->forward(x)).relu_();
  return joined_with_shortcut(*this, bn2->forward(conv2->forward(inner)), x);
}

Bottleneck::Bottleneck(std::int64_t in, std::int64_t width, std::int64_t stride) {
  const std::int64_t out = kExpansion * width;
  conv1 = add_conv(*this, "conv1", {.in = in, .out = width, .kernel = {1, 1}});
  bn1 = add_norm(*this, "bn1", width);
  conv2 = add_conv(*this, "conv2", {.in = width, .out = width, .stride = stride});
  bn2 = add_norm(*this, "bn2", width);
  conv3 = add_conv(*this, "conv3", {.in = width, .out = out, .kernel = {1, 1}});
  bn3 = add_norm(*this, "bn3", out);
  add_shortcut(*this, in, out, stride);
}

at::Tensor Bottleneck::forward(const at::Tensor& x) {
  const at::Tensor narrow = bn1->forward(conv1->forward(x)).relu_();
  const at::Tensor inner = bn2->forward(conv2->forward(narrow)).relu_();
  return joined_with_shortcut(*this, bn3->forward(conv3->forward(inner)), x);
}

}  // namespace mien
