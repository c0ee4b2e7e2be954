#include "mien/nn/layers/conv.h"

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

}  // namespace

Conv2d::Conv2d(const ConvShape& shape) : shape_(shape) {
  weight = register_parameter(
      "weight",
      fill_kaiming_fan_out(at::empty({shape.out, shape.in, shape.kernel[0], shape.kernel[1]})));
  if (shape.bias) bias = register_parameter("bias", at::zeros({shape.out}));
}

at::Tensor Conv2d::forward(const at::Tensor& x) {
  return at::conv2d(channels_may_lie_last(shape_) ? x : x.contiguous(),
                    weight,
                    bias,
                    {shape_.stride, shape_.stride},
                    at::IntArrayRef({shape_.kernel[0] / 2, shape_.kernel[1] / 2}));
}

}  // namespace mien
