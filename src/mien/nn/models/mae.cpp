#include "mien/nn/models/mae.h"

#include <string>

#include <ATen/ops/cat.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/scatter.h>
#include <ATen/ops/where.h>

#include "mien/core/text.h"
#include "mien/error.h"
#include "mien/nn/layers/initialise.h"
#include "mien/nn/layers/masking.h"
#include "mien/nn/layers/pixel_patches.h"
#include "mien/nn/layers/position.h"
#include "mien/nn/layers/precision.h"

namespace mien {

constexpr double kMaskTokenDeviation = 0.02;

MaeDecoder::MaeDecoder(const VitSize& size, std::int64_t width, std::int64_t grid)
    : mask_token_(register_parameter(
          "mask_token", fill_normal(at::empty({1, 1, size.width}), kMaskTokenDeviation))),
      decoder_pos_embed_(register_parameter("decoder_pos_embed",
                                            sincos_positions(size.width, grid),
                                            /*requires_grad=*/false)),
      decoder_embed_(register_module("decoder_embed", std::make_shared<Linear>(width, size.width))),
      decoder_norm_(register_module("decoder_norm", std::make_shared<LayerNorm>(size.width))),
      decoder_pred_(register_module(
          "decoder_pred", std::make_shared<Linear>(size.width, 3 * size.patch * size.patch))) {
  const auto list = register_module("decoder_blocks", std::make_shared<NamedChildren>());
  for (std::int64_t i = 0; i < size.depth; ++i) {
    decoder_blocks_.push_back(list->add(
        std::to_string(i), std::make_shared<Block>(size.width, size.heads, /*drop_path=*/0)));
  }
}

at::Tensor MaeDecoder::unshuffle(const at::Tensor& seen, const at::Tensor& kept) const {
  const std::int64_t patches = decoder_pos_embed_.size(1) - 1;
  const at::Tensor hidden =
      mask_token_.to(seen.scalar_type()).expand({seen.size(0), patches, seen.size(2)});
  return at::scatter(hidden, 1, kept.unsqueeze(2).expand({-1, -1, seen.size(2)}), seen);
}

at::Tensor MaeDecoder::forward(const at::Tensor& encoded, const at::Tensor& kept) {
  const at::Tensor tokens = decoder_embed_->forward(encoded);      // [N, 1 + K, D]
  const at::Tensor patches = unshuffle(tokens.slice(1, 1), kept);  // [N, L, D]
  at::Tensor x = at::cat({tokens.slice(1, 0, 1), patches}, 1) + decoder_pos_embed_;
  for (const auto& block : decoder_blocks_) x = block->forward(x);
  return decoder_pred_->forward(decoder_norm_->forward(x.slice(1, 1)));  // [N, L, P * P * 3]
}

namespace {

void check_mae(const ModelOptions& model, std::int64_t patches) {
  if (model.position != "sincos") {
    throw OptionError("model.position", "model.position: mae has fixed positions: sincos");
  }
  if (model.pool != "cls") {
    throw OptionError("model.pool", "model.pool: mae has one norm over all tokens: cls");
  }
  if (kept_count(patches, model.mask) == patches) {
    throw OptionError("model.mask",
                      "model.mask: mae learns by filling gaps, and " + number_text(model.mask) +
                          " of " + std::to_string(patches) + " patches masks none (usual: 0.75)");
  }
}

}  // namespace

MaeNetwork::MaeNetwork(const ModelOptions& model,
                       const Vocabulary& vocabulary,
                       const InputOptions& input)
    : Network(model, vocabulary, input) {
  const VitOptions options = vit_options(model, input);
  const std::int64_t grid = options.picture / options.size.patch;
  check_mae(model, grid * grid);
  encoder_ = std::make_shared<VitTrunk>(options);
  adopt(*this, *encoder_);
  VitSize decoder = parse_decoder_size(model.decoder);
  decoder.patch = options.size.patch;
  decoder_ = std::make_shared<MaeDecoder>(decoder, options.size.width, grid);
  adopt(*this, *decoder_);
}

Outputs MaeNetwork::forward_masked(const at::Tensor& pictures,
                                   const at::Tensor& noise,
                                   double mask) {
  const at::Tensor kept = kept_patches(noise, mask).to(pictures.device());  // [N, K]
  Outputs outputs;
  outputs.masked = at::ones(noise.sizes(), pictures.options()).scatter_(1, kept, 0);  // [N, L]
  outputs.patches = pixel_patches(pictures, encoder_->options().size.patch);
  if (options().norm_pix) outputs.patches = normalised_patches(outputs.patches);
  outputs.reconstruction =
      widened(decoder_->forward(encoder_->normed_tokens({pictures, kept}), kept));
  return outputs;
}

Outputs MaeNetwork::forward(const at::Tensor& pictures) {
  const at::Tensor noise = draw_mask_noise(pictures.size(0), encoder_->patches());
  Outputs outputs = forward_masked(pictures, noise, options().mask);
  if (!is_training()) outputs.features = widened(encoder_->forward({pictures}));
  return outputs;
}

Reconstruction MaeNetwork::reconstruct(const at::Tensor& pictures, double mask) {
  const at::Tensor noise = draw_mask_noise(pictures.size(0), encoder_->patches());
  const Outputs outputs = forward_masked(pictures, noise, mask);
  const std::int64_t patch = encoder_->options().size.patch;
  const at::Tensor pixels = pixel_patches(pictures, patch);
  const at::Tensor painted = options().norm_pix
                                 ? denormalised_patches(outputs.reconstruction, pixels)
                                 : outputs.reconstruction;
  const at::Tensor masked = outputs.masked.unsqueeze(2) > 0;  // [N, L, 1]
  Reconstruction result;
  result.seen = pictures_of_patches(pixels.masked_fill(masked, 0), patch);
  result.filled = pictures_of_patches(at::where(masked, painted, pixels), patch);
  return result;
}

at::Tensor MaeNetwork::patch_mean(const at::Tensor& pictures) {
  return widened(encoder_->patch_mean({pictures}));
}

std::int64_t MaeNetwork::layer_of(std::string_view parameter) const {
  return VitTrunk::layer_of(parameter, encoder_->options().size.depth);
}

std::int64_t MaeNetwork::layers() const {
  return encoder_->options().size.depth + 2;
}

bool MaeNetwork::without_weight_decay(std::string_view parameter, const at::Tensor& value) const {
  return parameter == "mask_token" || Network::without_weight_decay(parameter, value);
}

Backbone MaeNetwork::backbone() {
  return VitTrunk::backbone_in(*this);
}

}  // namespace mien
