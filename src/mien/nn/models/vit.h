// The vision transformer (method section 2): a trunk without a head, one with a head over it, and
// the network "vit".
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "mien/nn/layers/block.h"
#include "mien/nn/layers/named_children.h"
#include "mien/nn/layers/patch_embedding.h"
#include "mien/nn/models/vit_size.h"
#include "mien/nn/network.h"

namespace mien {

struct VitOptions {
  VitSize size;
  std::int64_t picture = 224;        ///< side of the pictures, pixels
  std::string pool = "cls";          ///< cls | mean
  std::string position = "learned";  ///< learned | sincos (fixed)
  double position_deviation = 0.02;  ///< of the learned table before training
  double drop_path = 0;              ///< rises linearly over depth to this
};
/// What of a network's options shapes its transformer. Throws OptionError where they do not fit
/// together.
VitOptions vit_options(const ModelOptions& model, const InputOptions& input);

/// Pictures to one feature vector. Parameters: cls_token, pos_embed, patch_embed.proj, blocks.N,
/// norm (or fc_norm where patches are averaged).
class VitTrunk : public torch::nn::Module {
 public:
  explicit VitTrunk(const VitOptions& options);

  /// What a trunk reads of a batch.
  struct Seen {
    at::Tensor pictures;    ///< [N, 3, S, S]
    at::Tensor kept = {};   ///< [N, K]: only these patches are embedded; undefined: all, K = L
    at::Tensor added = {};  ///< [N, L, D]: added to the embeddings of all patches; or undefined
  };
  /// The tokens after the last block, before any norm. -> [N, 1 + K, D]
  at::Tensor tokens(const Seen& seen);
  /// The feature: the class token's final norm (cls), or the other tokens' mean under its own norm.
  /// -> [N, D]
  at::Tensor forward(const Seen& seen);

  /// Every token under the final norm (`pool = cls` has one). -> [N, 1 + K, D]
  at::Tensor normed_tokens(const Seen& seen);
  /// The mean of all patches under the final norm (mean: the feature itself). -> [N, D]
  at::Tensor patch_mean(const Seen& seen);

  const VitOptions& options() const { return options_; }
  std::int64_t patches() const;
  /// Whether it drops patches and paths. Its blocks' mode: training mode does not reach a trunk
  /// whose children a network adopts, and a frozen trunk stays in evaluation.
  bool learns() const { return blocks_.back()->is_training(); }

  /// Layer of a trunk parameter for layer decay: 0 embedding, 1 .. depth blocks, depth + 1 the
  /// rest.
  static std::int64_t layer_of(std::string_view parameter, std::int64_t depth);
  /// The trunk as a part of `holder`, which has a trunk's names and perhaps more.
  static Backbone backbone_in(torch::nn::Module& holder);

 private:
  at::Tensor embed(const Seen& seen);

  VitOptions options_;
  at::Tensor cls_token_;  ///< [1, 1, D]
  at::Tensor pos_embed_;  ///< [1, 1 + L, D]
  std::shared_ptr<PatchEmbedding> patch_embed_;
  std::vector<std::shared_ptr<Block>> blocks_;
  std::shared_ptr<LayerNorm> norm_;
};

/// A trunk with a head over its feature: `head.0`, ReLU, `head.2`; one linear layer `head` when
/// `hidden` is 0.
class VitWithHead : public torch::nn::Module {
 public:
  VitWithHead(const VitOptions& options, std::int64_t hidden, std::int64_t outputs);

  struct Result {
    at::Tensor features;  ///< [N, D] float32
    at::Tensor outputs;   ///< [N, outputs] float32
  };
  /// While the trunk learns, drops the part `mask` of the patches of each picture. `added` as in
  /// VitTrunk::Seen.
  Result forward(const at::Tensor& pictures, double mask, const at::Tensor& added = {});
  Result read(const VitTrunk::Seen& seen);
  at::Tensor patch_mean(const VitTrunk::Seen& seen);  ///< [N, D] float32

  const VitOptions& options() const { return trunk_->options(); }

 private:
  std::shared_ptr<VitTrunk> trunk_;
  std::shared_ptr<Linear> first_;  ///< or nothing
  std::shared_ptr<Linear> last_;
};

/// Cuts the columns of a head's scores into tasks, in the order of method section 1: valence and
/// arousal (when `valence_arousal` is set), expressions, action units.
Outputs split_outputs(const at::Tensor& scores, const Vocabulary& vocabulary, bool valence_arousal);
/// How many columns that takes.
std::int64_t output_count(const Vocabulary& vocabulary, bool valence_arousal);

/// The network "vit": one transformer, one head for every task of the vocabulary.
class VitNetwork : public Network {
 public:
  VitNetwork(const ModelOptions& model, const Vocabulary& vocabulary, const InputOptions& input);
  Outputs forward(const at::Tensor& pictures) override;
  at::Tensor patch_mean(const at::Tensor& pictures) override;
  std::int64_t layer_of(std::string_view parameter) const override;
  std::int64_t layers() const override;
  Backbone backbone() override;

 private:
  std::shared_ptr<VitWithHead> body_;
};

}  // namespace mien
