#include "mien/nn/layers/conv.h"

#include <algorithm>

#include <ATen/ops/constant_pad_nd.h>
#include <ATen/ops/conv2d.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/zeros.h>

#include "mien/nn/layers/initialise.h"

namespace mien {
namespace {

/// oneDNN's gradient of a 1x1 kernel writes past its end on AVX2 where channels lie last and are no
/// multiple of its vectors (torch 2.13).
constexpr std::int64_t kVector = 8;
bool channels_may_lie_last(const ConvShape& shape) {
  const bool whole_vectors = shape.in % kVector == 0 && shape.out % kVector == 0;
  return whole_vectors || shape.kernel[0] * shape.kernel[1] > 1;
}

/// Zeros on both sides of a direction that make `Padding::kSame` of it.
std::array<std::int64_t, 2> same_padding(std::int64_t size,
                                         std::int64_t kernel,
                                         std::int64_t stride) {
  const std::int64_t places = (size + stride - 1) / stride;
  const std::int64_t total = std::max<std::int64_t>(0, (places - 1) * stride + kernel - size);
  return {total / 2, total - total / 2};
}

}  // namespace

Conv2d::Conv2d(const ConvShape& shape) : shape_(shape) {
  weight = register_parameter(
      "weight",
      fill_kaiming_fan_out(
          at::empty({shape.out, shape.in / shape.groups, shape.kernel[0], shape.kernel[1]}),
          shape.groups));
  if (shape.bias) bias = register_parameter("bias", at::zeros({shape.out}));
}

at::Tensor Conv2d::forward(const at::Tensor& x) {
  const auto [height, width] = shape_.kernel;
  const std::int64_t strides[] = {shape_.stride, shape_.stride};
  const std::int64_t dilation[] = {1, 1};
  const auto convolved = [&](const at::Tensor& input, std::int64_t rows, std::int64_t columns) {
    const std::int64_t padding[] = {rows, columns};
    return at::conv2d(
        input, weight, bias, strides, at::IntArrayRef(padding), dilation, shape_.groups);
  };
  const at::Tensor maps = channels_may_lie_last(shape_) ? x : x.contiguous();
  if (shape_.padding == Padding::kNone) return convolved(maps, 0, 0);
  if (shape_.padding == Padding::kHalf) return convolved(maps, height / 2, width / 2);
  const auto [top, bottom] = same_padding(x.size(2), height, shape_.stride);
  const auto [left, right] = same_padding(x.size(3), width, shape_.stride);
  if (top == bottom && left == right) return convolved(maps, top, left);
  return convolved(at::constant_pad_nd(maps, {left, right, top, bottom}), 0, 0);
}

}  // namespace mien
