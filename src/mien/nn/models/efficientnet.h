// EfficientNet (Tan and Le 2019, arXiv 1905.11946): blocks that are narrow outside and wide inside,
// the number and width of which grow together; and the networks "efficientnet-b0", "-b2".
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "mien/nn/layers/inverted_residual.h"
#include "mien/nn/models/cnn.h"

namespace mien {

struct EfficientNetOptions {
  double width = 1;    ///< times B0's channels, in steps of 8
  double depth = 1;    ///< times B0's blocks a stage, rounded up
  double dropout = 0;  ///< of what the last layer reads
  double drop_path = 0;
  ConvStyle style;
};
/// Of the networks "efficientnet-b0" and "efficientnet-b2", with what `model` sets. `style` is
/// PyTorch's own, or TensorFlow's: zeros on one side where they cannot be halved, eps 1e-3.
EfficientNetOptions efficientnet_options(const ModelOptions& model);

/// Parameters as timm has them: conv_stem, bn1, blocks.STAGE.BLOCK, conv_head, bn2.
class EfficientNetTrunk : public CnnTrunk {
 public:
  explicit EfficientNetTrunk(const EfficientNetOptions& options);
  at::Tensor forward(const at::Tensor& pictures) override;
  std::int64_t width() const override { return conv_head_->shape().out; }

 private:
  void add_stages(const EfficientNetOptions& options);

  double dropout_;
  std::shared_ptr<Conv2d> conv_stem_, conv_head_;
  std::shared_ptr<BatchNorm> bn1_, bn2_;
  std::vector<std::shared_ptr<InvertedResidual>> blocks_;
};

/// Its head is published as `classifier`.
class EfficientNet : public CnnNetwork {
 public:
  EfficientNet(const ModelOptions& model, const Vocabulary& vocabulary, const InputOptions& input);
};

}  // namespace mien
