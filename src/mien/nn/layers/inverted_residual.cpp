#include "mien/nn/layers/inverted_residual.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/sigmoid.h>
#include <ATen/ops/silu.h>

#include "mien/nn/layers/drop_path.h"

namespace mien {
namespace {

constexpr std::int64_t kSqueeze = 4;  // of the block's input, not of its wide inside

ConvShape pointwise(std::int64_t in, std::int64_t out, bool bias = false) {
  return {.in = in, .out = out, .kernel = {1, 1}, .bias = bias};
}

}  // namespace

SqueezeExcite::SqueezeExcite(std::int64_t channels, std::int64_t narrow)
    : conv_reduce_(register_module("conv_reduce",
                                   std::make_shared<Conv2d>(pointwise(channels, narrow, true)))),
      conv_expand_(register_module("conv_expand",
                                   std::make_shared<Conv2d>(pointwise(narrow, channels, true)))) {}

at::Tensor SqueezeExcite::forward(const at::Tensor& x) {
  const at::Tensor average = x.mean({2, 3}, /*keepdim=*/true);  // [N, C, 1, 1]
  const at::Tensor narrow = at::silu(conv_reduce_->forward(average));
  return x * at::sigmoid(conv_expand_->forward(narrow));
}

InvertedResidual::Stage InvertedResidual::stage(const std::string& conv,
                                                const std::string& norm,
                                                ConvShape shape) {
  shape.padding = style_.padding;
  return {register_module(conv, std::make_shared<Conv2d>(shape)),
          register_module(norm, std::make_shared<BatchNorm>(shape.out, style_.norm_eps))};
}

InvertedResidual::InvertedResidual(const InvertedShape& shape,
                                   const ConvStyle& style,
                                   double drop_path)
    : style_(style), drop_path_(drop_path), shortcut_(shape.stride == 1 && shape.in == shape.out) {
  const bool expands = shape.expansion > 1;
  const std::int64_t wide = shape.in * shape.expansion;
  if (expands) expand_ = stage("conv_pw", "bn1", pointwise(shape.in, wide));
  depthwise_ = stage("conv_dw",
                     expands ? "bn2" : "bn1",
                     {.in = wide,
                      .out = wide,
                      .kernel = {shape.kernel, shape.kernel},
                      .stride = shape.stride,
                      .groups = wide});
  se_ = register_module("se", std::make_shared<SqueezeExcite>(wide, shape.in / kSqueeze));
  project_ =
      stage(expands ? "conv_pwl" : "conv_pw", expands ? "bn3" : "bn2", pointwise(wide, shape.out));
}

at::Tensor InvertedResidual::forward(const at::Tensor& x) {
  const at::Tensor wide = expand_.conv ? at::silu(expand_.forward(x)) : x;
  const at::Tensor seen = se_->forward(at::silu(depthwise_.forward(wide)));
  const at::Tensor change = project_.forward(seen);
  return shortcut_ ? x + mien::drop_path(change, is_training() ? drop_path_ : 0) : change;
}

}  // namespace mien
