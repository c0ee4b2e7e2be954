#include "mien/nn/models/frozen_dan.h"

#include <cstddef>
#include <utility>

#include <ATen/autocast_mode.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/bmm.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/constant_pad_nd.h>
#include <ATen/ops/conv2d.h>
#include <ATen/ops/relu.h>
#include <ATen/ops/rsqrt.h>
#include <ATen/ops/stack.h>
#include <c10/core/InferenceMode.h>

#include "mien/nn/layers/precision.h"

namespace mien {
namespace {

/// The type in which a convolution of these pictures computes now.
at::ScalarType compute_type(const at::Tensor& pictures) {
  const c10::DeviceType device = pictures.device().type();
  return at::autocast::is_autocast_enabled(device) ? at::autocast::get_autocast_dtype(device)
                                                   : pictures.scalar_type();
}

/// A 1x3 or 3x1 kernel as a 3x3 kernel with zeros around.
at::Tensor as_square(const at::Tensor& kernel) {
  const std::int64_t rows = (3 - kernel.size(2)) / 2;
  const std::int64_t columns = (3 - kernel.size(3)) / 2;
  return at::constant_pad_nd(kernel, {columns, columns, rows, rows});
}

}  // namespace

at::Tensor FrozenDan::Folded::operator()(const at::Tensor& x) const {
  const std::int64_t strides[] = {stride, stride};
  const std::int64_t padding[] = {weight.size(2) / 2, weight.size(3) / 2};
  const std::int64_t dilation[] = {1, 1};
  return at::conv2d(x, weight, bias, strides, at::IntArrayRef(padding), dilation, groups);
}

FrozenDan::Folded FrozenDan::fold(const Conv2d& conv, const BatchNorm& norm) {
  // In double, so that the folded network is as near to the other as float32 allows.
  const at::Tensor scale =
      norm.weight.to(at::kDouble) * at::rsqrt(norm.running_var.to(at::kDouble) + norm.eps);
  const at::Tensor mean = norm.running_mean.to(at::kDouble);
  const at::Tensor offset = conv.bias.defined() ? conv.bias.to(at::kDouble) - mean : -mean;
  Folded folded;
  folded.weight = conv.weight.to(at::kDouble) * scale.view({-1, 1, 1, 1});
  folded.bias = norm.bias.to(at::kDouble) + offset * scale;
  folded.stride = conv.shape().stride;
  return folded;
}

FrozenDan::Weights FrozenDan::folded(at::ScalarType type) const {
  const auto finished = [&](Folded part) {
    part.weight = part.weight.to(type).contiguous(at::MemoryFormat::ChannelsLast);
    part.bias = part.bias.to(type);
    return part;
  };
  Weights weights;
  weights.type = type;
  weights.stem = finished(fold(*dan_->stem, *dan_->stem_norm));
  for (const auto& block : dan_->blocks) {
    FoldedBlock part;
    part.first = finished(fold(*block->conv1, *block->bn1));
    part.second = finished(fold(*block->conv2, *block->bn2));
    if (block->shortcut) part.shortcut = finished(fold(*block->shortcut, *block->shortcut_norm));
    weights.blocks.push_back(std::move(part));
  }
  std::vector<at::Tensor> narrow_weights, narrow_biases, attend_weights, attend_biases;
  for (const auto& head : dan_->heads) {
    const Folded narrow = fold(*head->conv1x1.conv, *head->conv1x1.norm);
    narrow_weights.push_back(narrow.weight);
    narrow_biases.push_back(narrow.bias);
    const Folded square = fold(*head->conv_3x3.conv, *head->conv_3x3.norm);
    const Folded wide = fold(*head->conv_1x3.conv, *head->conv_1x3.norm);
    const Folded tall = fold(*head->conv_3x1.conv, *head->conv_3x1.norm);
    attend_weights.push_back(square.weight + as_square(wide.weight) + as_square(tall.weight));
    attend_biases.push_back(square.bias + wide.bias + tall.bias);
  }
  const auto heads = static_cast<std::int64_t>(dan_->heads.size());
  weights.narrow = finished({at::cat(narrow_weights), at::cat(narrow_biases), 1, 1});
  weights.attend = finished({at::cat(attend_weights), at::cat(attend_biases), 1, heads});
  return weights;
}

std::shared_ptr<const FrozenDan::Weights> FrozenDan::current(at::ScalarType type) {
  TensorMarks marks;
  for (const at::Tensor& tensor : dan_->parameters()) marks.add(tensor);
  for (const at::Tensor& tensor : dan_->buffers()) marks.add(tensor);
  const std::lock_guard lock(mutex_);
  if (!weights_ || weights_->type != type || !(weights_->marks == marks)) {
    // They outlive the scope that asks first, which may be one of inference.
    const c10::InferenceMode plain_tensors(false);
    const at::NoGradGuard no_gradients;
    const WithoutAutocast exact;
    Weights fresh = folded(type);
    fresh.marks = std::move(marks);
    weights_ = std::make_shared<const Weights>(std::move(fresh));
  }
  return weights_;
}

FrozenDan::Result FrozenDan::read(const at::Tensor& pictures) {
  const at::NoGradGuard no_gradients;
  const at::ScalarType type = compute_type(pictures);
  const std::shared_ptr<const Weights> weights = current(type);
  const WithoutAutocast types_are_chosen;
  at::Tensor x = pictures.to(type).contiguous(at::MemoryFormat::ChannelsLast);
  x = pool_stem(weights->stem(x).relu_());
  Result result;
  for (std::size_t i = 0; i < weights->blocks.size(); ++i) {
    if (i == (kDanThirdStage + 1) * kDanBlocksAStage) result.third_stage = x;
    const FoldedBlock& block = weights->blocks[i];
    at::Tensor change = block.second(block.first(x).relu_());
    x = change.add_(block.shortcut.weight.defined() ? block.shortcut(x) : x).relu_();
  }
  // One map a head: the sum over its channels, then the features' average under each map.
  const std::int64_t samples = x.size(0);
  const std::int64_t places = x.size(2) * x.size(3);
  const auto heads = static_cast<std::int64_t>(dan_->heads.size());
  const at::Tensor attended = weights->attend(weights->narrow(x)).relu_();  // [N, H * C, h, w]
  const at::Tensor maps = widened(attended).reshape({samples, heads, -1, places}).sum(2);
  const at::Tensor features = widened(x).reshape({samples, -1, places});
  const at::Tensor averages =
      at::bmm(maps, features.transpose(1, 2)) / static_cast<double>(places);  // [N, H, C]
  std::vector<at::Tensor> vectors;
  vectors.reserve(dan_->heads.size());
  for (std::int64_t head = 0; head < heads; ++head) {
    vectors.push_back(
        dan_->heads[static_cast<std::size_t>(head)]->channel_attention(averages.select(1, head)));
  }
  result.logits = dan_->classify(at::stack(vectors, 1)).logits;
  return result;
}

}  // namespace mien
