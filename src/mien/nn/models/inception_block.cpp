#include "mien/nn/models/inception_block.h"

#include <utility>

#include <ATen/ops/avg_pool2d.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/max_pool2d.h>
#include <ATen/ops/relu.h>

namespace mien {
namespace {

constexpr double kInceptionNormEps = 1e-3;

using Kernel = std::array<std::int64_t, 2>;
constexpr Kernel k3x3 = {3, 3};
constexpr Kernel k5x5 = {5, 5};
constexpr Kernel k1x7 = {1, 7};
constexpr Kernel k7x1 = {7, 1};
constexpr Kernel k1x3 = {1, 3};
constexpr Kernel k3x1 = {3, 1};

using Pooling = InceptionBranch::Pooling;

at::Tensor pooled(const at::Tensor& x, Pooling pooling) {
  if (pooling == Pooling::kAverage) {
    // On a GPU, libtorch before 2.14 has wrong gradients, without a word, where channels-last maps
    // are padded (pytorch issue 188344).
    return at::avg_pool2d(x.is_cuda() ? x.contiguous() : x, {3, 3}, {1, 1}, {1, 1});
  }
  if (pooling == Pooling::kLargest) return at::max_pool2d(x, {3, 3}, {2, 2});
  return x;
}

}  // namespace

InceptionConv::InceptionConv(const ConvShape& shape)
    : conv_(register_module("conv", std::make_shared<Conv2d>(shape))),
      bn_(register_module("bn", std::make_shared<BatchNorm>(shape.out, kInceptionNormEps))) {}

at::Tensor InceptionConv::forward(const at::Tensor& x) {
  at::Tensor y = bn_->forward(conv_->forward(x));
  return y.relu_();  // in place: the norm's backward pass does not read what it gave
}

std::shared_ptr<InceptionConv> InceptionBlock::add(std::int64_t in, const InceptionStep& step) {
  return register_module(step.name,
                         std::make_shared<InceptionConv>(ConvShape{
                             .in = in,
                             .out = step.out,
                             .kernel = step.kernel,
                             .stride = step.stride,
                             .padding = step.stride == 1 ? Padding::kHalf : Padding::kNone}));
}

InceptionBlock::InceptionBlock(std::int64_t in, const std::vector<InceptionBranch>& branches) {
  branches_.reserve(branches.size());
  for (const InceptionBranch& branch : branches) {
    Branch made{branch.pooling, {}, {}};
    std::int64_t channels = in;
    made.steps.reserve(branch.steps.size());
    for (const InceptionStep& step : branch.steps) {
      made.steps.push_back(add(channels, step));
      channels = step.out;
    }
    made.fork.reserve(branch.fork.size());
    for (const InceptionStep& step : branch.fork) {
      made.fork.push_back(add(channels, step));
      channels_ += step.out;
    }
    if (branch.fork.empty()) channels_ += channels;
    branches_.push_back(std::move(made));
  }
}

at::Tensor InceptionBlock::forward(const at::Tensor& x) {
  std::vector<at::Tensor> parts;
  parts.reserve(2 * branches_.size());
  for (const Branch& branch : branches_) {
    at::Tensor y = pooled(x, branch.pooling);
    for (const auto& step : branch.steps) y = step->forward(y);
    for (const auto& step : branch.fork) parts.push_back(step->forward(y));
    if (branch.fork.empty()) parts.push_back(y);
  }
  return at::cat(parts, 1);
}

std::shared_ptr<InceptionBlock> inception_a(std::int64_t in, std::int64_t pool_width) {
  return std::make_shared<InceptionBlock>(
      in,
      std::vector<InceptionBranch>{
          {.steps = {{"branch1x1", 64}}},
          {.steps = {{"branch5x5_1", 48}, {"branch5x5_2", 64, k5x5}}},
          {.steps = {{"branch3x3dbl_1", 64},
                     {"branch3x3dbl_2", 96, k3x3},
                     {"branch3x3dbl_3", 96, k3x3}}},
          {.steps = {{"branch_pool", pool_width}}, .pooling = Pooling::kAverage}});
}

std::shared_ptr<InceptionBlock> inception_b(std::int64_t in) {
  return std::make_shared<InceptionBlock>(
      in,
      std::vector<InceptionBranch>{{.steps = {{"branch3x3", 384, k3x3, 2}}},
                                   {.steps = {{"branch3x3dbl_1", 64},
                                              {"branch3x3dbl_2", 96, k3x3},
                                              {"branch3x3dbl_3", 96, k3x3, 2}}},
                                   {.steps = {}, .pooling = Pooling::kLargest}});
}

std::shared_ptr<InceptionBlock> inception_c(std::int64_t in, std::int64_t narrow) {
  constexpr std::int64_t kOut = 192;
  return std::make_shared<InceptionBlock>(
      in,
      std::vector<InceptionBranch>{
          {.steps = {{"branch1x1", kOut}}},
          {.steps = {{"branch7x7_1", narrow},
                     {"branch7x7_2", narrow, k1x7},
                     {"branch7x7_3", kOut, k7x1}}},
          {.steps = {{"branch7x7dbl_1", narrow},
                     {"branch7x7dbl_2", narrow, k7x1},
                     {"branch7x7dbl_3", narrow, k1x7},
                     {"branch7x7dbl_4", narrow, k7x1},
                     {"branch7x7dbl_5", kOut, k1x7}}},
          {.steps = {{"branch_pool", kOut}}, .pooling = Pooling::kAverage}});
}

std::shared_ptr<InceptionBlock> inception_d(std::int64_t in) {
  return std::make_shared<InceptionBlock>(
      in,
      std::vector<InceptionBranch>{{.steps = {{"branch3x3_1", 192}, {"branch3x3_2", 320, k3x3, 2}}},
                                   {.steps = {{"branch7x7x3_1", 192},
                                              {"branch7x7x3_2", 192, k1x7},
                                              {"branch7x7x3_3", 192, k7x1},
                                              {"branch7x7x3_4", 192, k3x3, 2}}},
                                   {.steps = {}, .pooling = Pooling::kLargest}});
}

std::shared_ptr<InceptionBlock> inception_e(std::int64_t in) {
  return std::make_shared<InceptionBlock>(
      in,
      std::vector<InceptionBranch>{
          {.steps = {{"branch1x1", 320}}},
          {.steps = {{"branch3x3_1", 384}},
           .fork = {{"branch3x3_2a", 384, k1x3}, {"branch3x3_2b", 384, k3x1}}},
          {.steps = {{"branch3x3dbl_1", 448}, {"branch3x3dbl_2", 384, k3x3}},
           .fork = {{"branch3x3dbl_3a", 384, k1x3}, {"branch3x3dbl_3b", 384, k3x1}}},
          {.steps = {{"branch_pool", 192}}, .pooling = Pooling::kAverage}});
}

}  // namespace mien
