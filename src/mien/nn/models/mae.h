// Masked autoencoder (He et al. 2022; method section 3): a transformer sees a quarter of a
// picture's patches, a small one beside it paints the rest, and what the first has learned is kept.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "mien/nn/models/vit.h"

namespace mien {

/// From what the encoder made of the patches that it saw to the pixels of all of them. Parameters:
/// decoder_embed, mask_token, decoder_pos_embed (fixed), decoder_blocks.N, decoder_norm,
/// decoder_pred.
class MaeDecoder : public torch::nn::Module {
 public:
  /// `size.patch` is that of the encoder, whose tokens have `width` numbers; `grid` patches a side.
  MaeDecoder(const VitSize& size, std::int64_t width, std::int64_t grid);
  /// encoded [N, 1 + K, D], kept [N, K] -> [N, L, P * P * 3]
  at::Tensor forward(const at::Tensor& encoded, const at::Tensor& kept);

 private:
  /// The seen tokens at their places, the mask token at all others. seen [N, K, D] -> [N, L, D]
  at::Tensor unshuffle(const at::Tensor& seen, const at::Tensor& kept) const;

  at::Tensor mask_token_;         ///< [1, 1, D]
  at::Tensor decoder_pos_embed_;  ///< [1, 1 + L, D]
  std::shared_ptr<Linear> decoder_embed_;
  std::vector<std::shared_ptr<Block>> decoder_blocks_;
  std::shared_ptr<LayerNorm> decoder_norm_;
  std::shared_ptr<Linear> decoder_pred_;
};

/// The network "mae", which learns from pictures alone.
class MaeNetwork : public Network {
 public:
  /// Throws OptionError for learned positions, for `pool = mean`, and for a mask that masks
  /// nothing.
  MaeNetwork(const ModelOptions& model, const Vocabulary& vocabulary, const InputOptions& input);

  /// Masks by the CPU's default generator, in evaluation too; there it also gives the features of
  /// the whole pictures.
  Outputs forward(const at::Tensor& pictures) override;
  /// Masks the part `mask` by noise [N, L]: the patches with the smallest numbers stay.
  Outputs forward_masked(const at::Tensor& pictures, const at::Tensor& noise, double mask);
  Reconstruction reconstruct(const at::Tensor& pictures, double mask) override;

  at::Tensor patch_mean(const at::Tensor& pictures) override;
  std::int64_t layer_of(std::string_view parameter) const override;
  std::int64_t layers() const override;
  bool without_weight_decay(std::string_view parameter, const at::Tensor& value) const override;
  Backbone backbone() override;

 private:
  std::shared_ptr<VitTrunk> encoder_;
  std::shared_ptr<MaeDecoder> decoder_;
};

}  // namespace mien
