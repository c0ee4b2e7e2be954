// CLIP's residual network (Radford et al. 2021, arXiv 2103.00020): ResNet-50 with a stem of three
// convolutions, average pooling before every stride, and attention for the last pooling; and the
// network "clip-rn50".
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "mien/nn/layers/conv.h"
#include "mien/nn/layers/linear.h"
#include "mien/nn/layers/norm.h"
#include "mien/nn/models/cnn.h"

namespace mien {

struct ClipResNetOptions {
  std::int64_t width = 64;  ///< channels of the first stage; the last map has 32 times as many
  std::int64_t embedding = 1024;  ///< what the attention pooling makes of a picture
  std::int64_t picture = 224;     ///< side of the pictures, pixels

  /// Side of the last map, places.
  std::int64_t grid() const;
};
/// What of a network's options shapes its encoder. Throws OptionError where they do not fit
/// together.
ClipResNetOptions clip_resnet_options(const ModelOptions& model, const InputOptions& input);

/// A bottleneck (He et al. 2016) whose stride is an average pooling before the convolution that
/// follows it, on the shortcut too.
class ClipBottleneck : public torch::nn::Module {
 public:
  ClipBottleneck(std::int64_t in, std::int64_t narrow, std::int64_t stride);
  /// x [N, in, h, w] -> [N, 4 * narrow, h / stride, w / stride]
  at::Tensor forward(const at::Tensor& x);

 private:
  std::int64_t stride_;
  std::shared_ptr<Conv2d> conv1_, conv2_, conv3_, shortcut_;  ///< shortcut: or nothing
  std::shared_ptr<BatchNorm> bn1_, bn2_, bn3_, shortcut_norm_;
};

/// The places' mean asks, and the mean and the places answer. Parameters: positional_embedding,
/// k_proj, q_proj, v_proj, c_proj.
class AttentionPool : public torch::nn::Module {
 public:
  /// For maps of `grid` places a side.
  AttentionPool(std::int64_t channels,
                std::int64_t heads,
                std::int64_t embedding,
                std::int64_t grid);
  /// x [N, C, h, w] -> [N, E]
  at::Tensor forward(const at::Tensor& x);

 private:
  std::int64_t heads_;
  at::Tensor positional_embedding_;  ///< [1 + h * w, C]
  std::shared_ptr<Linear> k_proj_, q_proj_, v_proj_, c_proj_;
};

/// Parameters: conv1, bn1 .. conv3, bn3, layer1 .. layer4, attnpool.
class ClipResNetTrunk : public CnnTrunk {
 public:
  explicit ClipResNetTrunk(const ClipResNetOptions& options);
  at::Tensor forward(const at::Tensor& pictures) override;
  std::int64_t width() const override { return embedding_; }

 private:
  std::int64_t embedding_;
  std::vector<std::shared_ptr<Conv2d>> stem_;
  std::vector<std::shared_ptr<BatchNorm>> stem_norms_;
  std::vector<std::shared_ptr<ClipBottleneck>> blocks_;
  std::shared_ptr<AttentionPool> attnpool_;
};

/// The encoder under one linear layer `head` for every task of the vocabulary.
class ClipResNetNetwork : public CnnNetwork {
 public:
  ClipResNetNetwork(const ModelOptions& model,
                    const Vocabulary& vocabulary,
                    const InputOptions& input);
  Backbone backbone() override;
};

}  // namespace mien
