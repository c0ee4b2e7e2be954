// DAN, "distract your attention" (Wen et al., arXiv 2109.07270; method section 4): a ResNet-18
// trunk and several cross-attention heads over it; and the network "dan".
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "mien/nn/layers/conv.h"
#include "mien/nn/layers/linear.h"
#include "mien/nn/layers/named_children.h"
#include "mien/nn/layers/norm.h"
#include "mien/nn/layers/residual_block.h"
#include "mien/nn/network.h"

namespace mien {

struct DanOptions {
  std::int64_t width = 64;  ///< channels of the first stage; the last has 8 times as many
  std::string stem =
      "imagenet";  ///< imagenet (7x7, stride 2) | small (3x3, stride 1); both max-pooled
  std::int64_t heads = 4;
  std::int64_t classes = 8;

  std::int64_t spatial_channels() const;  ///< of the trunk's output
  /// Channels of the third stage's output, and its side in places for pictures of `picture` pixels
  /// a side.
  std::int64_t third_stage_channels() const;
  std::int64_t third_stage_side(std::int64_t picture) const;
};

/// Residual blocks of each of the trunk's four stages, and the place of the third one from 0.
constexpr std::size_t kDanBlocksAStage = 2;
constexpr std::int64_t kDanThirdStage = 2;

/// One cross-attention head: spatial attention, then channel attention.
class CrossAttentionHead : public torch::nn::Module {
 public:
  explicit CrossAttentionHead(std::int64_t channels);
  /// x [N, C, h, w] -> [N, C]
  at::Tensor forward(const at::Tensor& x);
  /// The second half, from the averages under spatial attention. [N, C] -> [N, C]
  at::Tensor channel_attention(const at::Tensor& average);

  /// A convolution and the norm after it.
  struct Stage {
    std::shared_ptr<Conv2d> conv;
    std::shared_ptr<BatchNorm> norm;
    at::Tensor forward(const at::Tensor& x) const { return norm->forward(conv->forward(x)); }
  };
  Stage conv1x1, conv_3x3, conv_1x3, conv_3x1;

 private:
  std::shared_ptr<Linear> narrow_, widen_;
  std::shared_ptr<BatchNorm> norm_;
};

/// Parameters: features.0, .1, .4 .. .7; cat_head0 ..; fc; bn.
class Dan : public torch::nn::Module {
 public:
  explicit Dan(const DanOptions& options);

  struct Result {
    at::Tensor logits;            ///< [N, classes] float32
    at::Tensor spatial_features;  ///< [N, C, h, w]
    at::Tensor heads;             ///< [N, heads, C] float32, as the partition loss takes them
    at::Tensor fused;             ///< [N, C] float32, what the last layer sees
  };
  Result forward(const at::Tensor& pictures);
  /// The end of the network, from the heads as they come. [N, heads, C] -> logits, heads, fused
  Result classify(const at::Tensor& heads);

  const DanOptions& options() const { return options_; }

  std::shared_ptr<Conv2d> stem;
  std::shared_ptr<BatchNorm> stem_norm;
  std::vector<std::shared_ptr<ResidualBlock>> blocks;
  std::vector<std::shared_ptr<CrossAttentionHead>> heads;

 private:
  DanOptions options_;
  std::shared_ptr<Linear> fc_;
  std::shared_ptr<BatchNorm> bn_;
};

/// 3x3, stride 2: what follows the stem. [N, C, h, w] -> [N, C, ceil(h / 2), ceil(w / 2)]
at::Tensor pool_stem(const at::Tensor& x);

/// The network "dan": expressions alone, whatever else the vocabulary has.
class DanNetwork : public Network {
 public:
  DanNetwork(const ModelOptions& model, const Vocabulary& vocabulary, const InputOptions& input);
  Outputs forward(const at::Tensor& pictures) override;
  Backbone backbone() override;
  std::int64_t spatial_channels() const override;

 private:
  std::shared_ptr<Dan> body_;
};

}  // namespace mien
