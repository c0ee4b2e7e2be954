// The blocks of EfficientNet (Tan and Le 2019): narrow outside, wide inside.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "mien/nn/layers/conv.h"
#include "mien/nn/layers/norm.h"

namespace mien {

/// Scales each channel by what all of them are on average (Hu et al. 2018): pooled, narrowed, SiLU,
/// widened, sigmoid. Parameters: conv_reduce, conv_expand.
class SqueezeExcite : public torch::nn::Module {
 public:
  SqueezeExcite(std::int64_t channels, std::int64_t narrow);
  /// x [N, C, h, w], same shape out
  at::Tensor forward(const at::Tensor& x);

 private:
  std::shared_ptr<Conv2d> conv_reduce_, conv_expand_;
};

/// What all convolutions of a network have in common.
struct ConvStyle {
  Padding padding = Padding::kHalf;
  double norm_eps = kBatchNormEps;
};

struct InvertedShape {
  std::int64_t in = 0;         ///< channels
  std::int64_t out = 0;        ///< channels
  std::int64_t kernel = 3;     ///< of the depthwise convolution
  std::int64_t stride = 1;     ///< of the same
  std::int64_t expansion = 6;  ///< how many times as wide as `in` it is inside; 1: as it comes
};

/// Expanded (1x1), each channel by itself (depthwise), squeezed and excited, projected (1x1); with
/// a shortcut, under drop path in training, where the shape stays. Parameters as timm has them:
/// conv_pw, bn1, conv_dw, bn2, se, conv_pwl, bn3; without expansion conv_dw, bn1, se, conv_pw, bn2.
class InvertedResidual : public torch::nn::Module {
 public:
  InvertedResidual(const InvertedShape& shape, const ConvStyle& style, double drop_path);
  /// x [N, in, h, w] -> [N, out, ceil(h / stride), ceil(w / stride)]
  at::Tensor forward(const at::Tensor& x);

 private:
  /// A convolution and the norm after it.
  struct Stage {
    std::shared_ptr<Conv2d> conv;
    std::shared_ptr<BatchNorm> norm;
    at::Tensor forward(const at::Tensor& x) const { return norm->forward(conv->forward(x)); }
  };
  Stage stage(const std::string& conv, const std::string& norm, ConvShape shape);

  ConvStyle style_;
  double drop_path_;
  bool shortcut_;
  Stage expand_;  ///< or nothing
  Stage depthwise_, project_;
  std::shared_ptr<SqueezeExcite> se_;
};

}  // namespace mien
