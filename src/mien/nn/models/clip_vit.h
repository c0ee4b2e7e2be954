// The transformers that read pictures in CLIP (Radford et al. 2021, arXiv 2103.00020), and the
// networks "clip-vit", "clip-vit-b32" and "clip-vit-b16".
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "mien/nn/layers/block.h"
#include "mien/nn/layers/conv.h"
#include "mien/nn/models/cnn.h"
#include "mien/nn/models/vit_size.h"

namespace mien {

struct ClipVitOptions {
  VitSize size;
  std::int64_t picture = 224;        ///< side of the pictures, pixels
  std::int64_t embedding = 512;      ///< what the projection makes of the class token
  bool quick_gelu = true;            ///< false: the exact GELU
  double position_deviation = 0.02;  ///< of the position table before training
  double drop_path = 0;              ///< rises linearly over depth to this
};
/// What of a network's options shapes its encoder. Throws OptionError where they do not fit
/// together or ask for what CLIP has not.
ClipVitOptions clip_vit_options(const ModelOptions& model, const InputOptions& input);

/// The options with the size that a network's name stands for ("clip-vit-b32": B/32).
ModelOptions with_named_size(ModelOptions model);

/// A transformer with a norm before its blocks too. Parameters: class_embedding,
/// positional_embedding, proj, conv1, ln_pre, transformer.resblocks.N, ln_post.
class ClipVitTrunk : public CnnTrunk {
 public:
  explicit ClipVitTrunk(const ClipVitOptions& options);

  /// The embedding: the class token's final norm, projected. [N, 3, S, S] -> [N, E]
  at::Tensor forward(const at::Tensor& pictures) override { return read(pictures, {}); }
  /// The same of a part of the patches, kept [N, K]; undefined: all.
  at::Tensor read(const at::Tensor& pictures, const at::Tensor& kept);
  /// The mean of all patches under the final norm, not projected. -> [N, D]
  at::Tensor patch_mean(const at::Tensor& pictures);
  /// A random part of the patches in training mode with `mask` > 0, else undefined. -> [N, K]
  at::Tensor draw_kept(const at::Tensor& pictures, double mask) const;

  std::int64_t width() const override { return options_.embedding; }
  const ClipVitOptions& options() const { return options_; }

 private:
  /// Under the first norm. -> [N, 1 + K, D]
  at::Tensor embed(const at::Tensor& pictures, const at::Tensor& kept);

  ClipVitOptions options_;
  at::Tensor class_embedding_;       ///< [D]
  at::Tensor positional_embedding_;  ///< [1 + L, D]
  at::Tensor proj_;                  ///< [D, E]
  std::shared_ptr<Conv2d> conv1_;
  std::shared_ptr<LayerNorm> ln_pre_;
  std::vector<std::shared_ptr<Block>> blocks_;
  std::shared_ptr<LayerNorm> ln_post_;
};

/// The encoder under one linear layer `head` for every task of the vocabulary.
class ClipVitNetwork : public CnnNetwork {
 public:
  ClipVitNetwork(const ModelOptions& model,
                 const Vocabulary& vocabulary,
                 const InputOptions& input);
  Outputs forward(const at::Tensor& pictures) override;
  at::Tensor patch_mean(const at::Tensor& pictures) override;
  /// 0 embedding, 1 .. depth blocks, depth + 1 the rest.
  std::int64_t layer_of(std::string_view parameter) const override;
  std::int64_t layers() const override;
  Backbone backbone() override;

 private:
  ClipVitNetwork(const ModelOptions& model,
                 const Vocabulary& vocabulary,
                 const InputOptions& input,
                 const std::shared_ptr<ClipVitTrunk>& trunk);

  std::shared_ptr<ClipVitTrunk> trunk_;
};

}  // namespace mien
