#include "mien/nn/model_options.h"

#include "mien/nn/models/vit_size.h"
#include "mien/nn/registry.h"

namespace mien {
namespace {

constexpr double kLargestDeviation = 10;
constexpr double kLargestDropPath = 0.9;
constexpr double kLargestMask = 0.99;
constexpr std::int64_t kLargestHidden = 65536;
constexpr std::int64_t kSmallestDan = 2;  // 8 times that, over 16: one channel in the attention
constexpr std::int64_t kLargestDan = 1024;
constexpr std::int64_t kMostHeads = 64;
constexpr std::int64_t kMostViews = 16;
constexpr std::int64_t kLargestClip = 1024;
constexpr std::int64_t kLargestEmbedding = 16384;

void describe_transformer(ModelOptions& options, Fields& fields) {
  fields.add(
      "vit",
      options.vit,
      "transformer: T, S, B, L or H / patch side in pixels, or width x depth x heads / patch");
  fields.add("pool",
             options.pool,
             "feature: the class token's final norm, or the mean of the patches",
             one_of({"cls", "mean"}));
  fields.add("position",
             options.position,
             "position table: learned, or fixed sines and cosines",
             one_of({"learned", "sincos"}));
  fields.add(
      "position_deviation",
      options.position_deviation,
      "deviation of the learned position table before training; a small transformer that starts "
      "from nothing learns far sooner with 1",
      between(0, kLargestDeviation));
  fields.add("drop_path",
             options.drop_path,
             "probability that the last block's branches are left out in training; lower blocks "
             "linearly less",
             between(0, kLargestDropPath));
  fields.add("mask",
             options.mask,
             "part of the patches that are dropped in training",
             between(0, kLargestMask));
  fields.add("head_hidden",
             options.head_hidden,
             "width of the transformer head's hidden layer; 0: one linear layer",
             between(0, kLargestHidden));
}

void describe_emma(ModelOptions& options, Fields& fields) {
  fields.add("va_gradient",
             options.va_gradient,
             "emma: whether the valence-arousal loss also teaches the transformer",
             one_of({"stop", "flow"}));
  fields.add("va_head",
             options.va_head,
             "emma: valence and arousal from a head over both networks; false: from the "
             "transformer's head");
  fields.add("va_hidden",
             options.va_hidden,
             "emma: width of the valence-arousal head's hidden layer",
             between(1, kLargestHidden));
  fields.add("expression",
             options.expression,
             "emma: expression scores of the transformer, or plus DAN's by name",
             one_of({"p1", "p1+p2"}));
  fields.add("dan_patches",
             options.dan_patches,
             "emma: each patch of the transformer also carries what DAN's third stage sees there "
             "(ours, not the paper's)");
}

void describe_dan(ModelOptions& options, Fields& fields) {
  fields.add("dan_width",
             options.dan_width,
             "dan, emma: channels of DAN's first stage (64: ResNet-18)",
             between(kSmallestDan, kLargestDan));
  fields.add("dan_stem",
             options.dan_stem,
             "dan, emma: first convolution 7x7 with stride 2, or 3x3 for small pictures",
             one_of({"imagenet", "small"}));
  fields.add(
      "dan_heads", options.dan_heads, "dan, emma: cross-attention heads", between(1, kMostHeads));
  fields.add("dan_expressions",
             options.dan_expressions,
             "emma: DAN's classes in its own order; empty: from its file, or AffectNet's eight");
}

void describe_cotex(ModelOptions& options, Fields& fields) {
  fields.add("views",
             options.views,
             "cotex: transformers side by side, each behind a mask of its own",
             between(2, kMostViews));
  fields.add("view_mean",
             options.view_mean,
             "cotex: what of the views is averaged in evaluation",
             one_of({"probabilities", "logits"}));
}

void describe_efficientnet(ModelOptions& options, Fields& fields) {
  fields.add("efficientnet",
             options.efficientnet,
             "efficientnet: padding and batch norm's eps of weights trained in PyTorch (torch) or "
             "in TensorFlow (tf)",
             one_of({"torch", "tf"}));
}

void describe_mae(ModelOptions& options, Fields& fields) {
  fields.add("decoder", options.decoder, "mae: the decoder, width x depth x heads");
  fields.add("norm_pix",
             options.norm_pix,
             "mae: each patch is reconstructed with its own mean and deviation taken out");
}

void describe_inception(ModelOptions& options, Fields& fields) {
  fields.add(
      "auxiliary",
      options.auxiliary,
      "inception-v3: the auxiliary head, which learns beside the network's own from pictures "
      "of 299 pixels and more");
}

void describe_emotionnet(ModelOptions& options, Fields& fields) {
  fields.add("region_average",
             options.region_average,
             "emotionnet: what of the regions is averaged for expression, valence and arousal",
             one_of({"features", "predictions"}));
}

void describe_clip(ModelOptions& options, Fields& fields) {
  fields.add("clip_width",
             options.clip_width,
             "clip-rn50: channels of the first stage (64: RN50)",
             between(2, kLargestClip));
  fields.add("clip_embedding",
             options.clip_embedding,
             "clip: width of the embedding under the head; 0: as published (clip-rn50 1024; "
             "transformers of width 768, 1024, 1280: 512, 768, 1024; others 512)",
             between(0, kLargestEmbedding));
  fields.add(
      "clip_gelu",
      options.clip_gelu,
      "clip-vit: x sigmoid(1.702 x) as in OpenAI's weights, or the exact GELU as in most that "
      "came after",
      one_of({"quick", "exact"}));
}

}  // namespace

void ModelOptions::check() const {
  check_values(*this, "model.");
  parse_vit_size(vit);
  parse_decoder_size(decoder);
}

void describe(ModelOptions& options, Fields& fields) {
  fields.add("name",
             options.name,
             "the network; docs/models has a page for each",
             one_of(network_names()));
  fields.add("freeze_trunk",
             options.freeze_trunk,
             "only the heads learn; the trunk, batch statistics included, stays as it was loaded");
  describe_transformer(options, fields);
  describe_emma(options, fields);
  describe_dan(options, fields);
  describe_cotex(options, fields);
  describe_efficientnet(options, fields);
  describe_mae(options, fields);
  describe_inception(options, fields);
  describe_emotionnet(options, fields);
  describe_clip(options, fields);
}

}  // namespace mien
