// Transformers: timm's and MAE's ViT, transformers' ViT and ViTMAE.
#include <array>
#include <string>
#include <utility>

#include "mien/nn/import/architectures.h"
#include "mien/nn/layers/position.h"

namespace mien {

std::string vit_text(std::int64_t width, std::int64_t depth, std::int64_t patch) {
  constexpr std::int64_t kHeadWidth = 64;  // of nearly every transformer; shapes do not tell
  struct Size {
    const char* name;
    std::int64_t width;
    std::int64_t depth;
  };
  constexpr std::array<Size, 5> kSizes = {
      {{"T", 192, 12}, {"S", 384, 12}, {"B", 768, 12}, {"L", 1024, 24}, {"H", 1280, 32}}};
  const std::string ending = "/" + std::to_string(patch);
  for (const Size& size : kSizes) {
    if (size.width == width && size.depth == depth) return size.name + ending;
  }
  const std::int64_t heads = width % kHeadWidth == 0 ? width / kHeadWidth : 1;
  return std::to_string(width) + "x" + std::to_string(depth) + "x" + std::to_string(heads) + ending;
}

namespace {

void add_vit_options(ForeignNames& names, const std::string& vit, std::int64_t picture) {
  names.options.emplace_back("model.vit", vit);
  names.assumed.emplace_back("model.vit");
  names.options.emplace_back("input.size", std::to_string(picture));
}

}  // namespace

bool tell_vit(const Shapes& shapes, const std::string& prefix, ForeignNames& names) {
  const std::int64_t width = shapes.side(prefix + "cls_token", 2);
  const std::int64_t patch = shapes.side(prefix + "patch_embed.proj.weight", 2);
  const std::int64_t depth = shapes.count(prefix + "blocks.#.");
  const std::int64_t grid = grid_of_positions(shapes.side(prefix + "pos_embed", 1));
  add_vit_options(names, vit_text(width, depth, patch), grid * patch);
  if (shapes.has(prefix + "fc_norm.weight")) names.options.emplace_back("model.pool", "mean");
  return width > 0 && depth > 0 && patch > 0 && grid > 0 &&
         shapes.is(prefix + "patch_embed.proj.weight", {width, 3, patch, patch}) &&
         shapes.all(prefix + "blocks.#.attn.qkv.weight", depth, {3 * width, width}) &&
         shapes.all(prefix + "blocks.#.mlp.fc1.weight", depth, {4 * width, width});
}

namespace {

/// The blocks' names, after `from` in the file and `to` here.
void add_timm_blocks(std::vector<NameRule>& rules, const std::string& blocks) {
  for (const char* part : {"norm1.", "attn.qkv.", "attn.proj.", "norm2.", "mlp.fc1.", "mlp.fc2."}) {
    rules.push_back(kept(blocks + ".#." + part));
  }
}

std::vector<NameRule> timm_vit_rules() {
  std::vector<NameRule> rules = {kept("cls_token"), kept("pos_embed"), kept("patch_embed.proj.")};
  add_timm_blocks(rules, "blocks");
  rules.push_back(kept("norm."));
  rules.push_back(kept("fc_norm."));
  return rules;
}

void add_mae_options(ForeignNames& names, std::int64_t width, std::int64_t depth) {
  constexpr std::int64_t kHeadWidth = 32;  // as published: 512 numbers, 16 heads
  const std::int64_t heads = width % kHeadWidth == 0 ? width / kHeadWidth : 1;
  names.whole = true;
  names.vocabulary = Vocabulary{};
  names.options.emplace_back(
      "model.decoder",
      std::to_string(width) + "x" + std::to_string(depth) + "x" + std::to_string(heads));
  names.assumed.emplace_back("model.decoder");
  for (const auto& [key, text] : {std::pair("model.position", "sincos"),
                                  std::pair("model.mask", "0.75"),
                                  std::pair("model.drop_path", "0")}) {
    names.options.emplace_back(key, text);
  }
}

}  // namespace

std::vector<Architecture> vit_architectures() {
  std::vector<NameRule> vit = timm_vit_rules();
  vit.push_back(left_out("pre_logits."));
  vit.push_back(of_head("head.", "head."));
  std::vector<NameRule> mae = timm_vit_rules();
  for (const char* name :
       {"mask_token", "decoder_pos_embed", "decoder_embed.", "decoder_norm.", "decoder_pred."}) {
    mae.push_back(kept(name));
  }
  add_timm_blocks(mae, "decoder_blocks");
  const std::vector<std::string> marks = {
      "cls_token", "pos_embed", "patch_embed.proj.weight", "blocks.0.attn.qkv.weight"};
  std::vector<std::string> mae_marks = marks;
  mae_marks.insert(mae_marks.end(), {"mask_token", "decoder_embed.weight"});
  const auto tell = [](const Shapes& shapes, ForeignNames& names) {
    names.options.emplace_back("model.head_hidden", "0");
    return tell_vit(shapes, "", names);
  };
  const auto tell_mae = [](const Shapes& shapes, ForeignNames& names) {
    const std::int64_t width = shapes.side("mask_token", 2);
    const std::int64_t depth = shapes.count("decoder_blocks.#.");
    add_mae_options(names, width, depth);
    return width > 0 && depth > 0 && tell_vit(shapes, "", names) &&
           shapes.all("decoder_blocks.#.attn.qkv.weight", depth, {3 * width, width});
  };
  return {{"vit",
           "vision transformer in timm's and MAE's names",
           "vit",
           vit,
           marks,
           tell,
           /*only_by_name=*/false,
           {"timm"}},
          {"mae", "MAE, encoder and decoder", "mae", mae, mae_marks, tell_mae}};
}

namespace {

/// A block of transformers' ViT: queries, keys and values lie apart there.
void add_transformers_blocks(std::vector<NameRule>& rules,
                             const std::string& theirs,
                             const std::string& ours) {
  const std::string from = theirs + ".#.";
  const std::string to = ours + ".#.";
  const std::array<const char*, 3> joined = {"query", "key", "value"};
  for (int part = 0; part < 3; ++part) {
    for (const char* kind : {"weight", "bias"}) {
      rules.push_back(
          {from + "attention.attention." + joined.at(static_cast<std::size_t>(part)) + "." + kind,
           to + "attn.qkv." + kind,
           NameRule::Kind::kTake,
           part,
           3});
    }
  }
  for (const auto& [their_part, our_part] : {std::pair("attention.output.dense.", "attn.proj."),
                                             std::pair("intermediate.dense.", "mlp.fc1."),
                                             std::pair("output.dense.", "mlp.fc2."),
                                             std::pair("layernorm_before.", "norm1."),
                                             std::pair("layernorm_after.", "norm2.")}) {
    rules.push_back({from + their_part, to + our_part});
  }
}

std::vector<NameRule> transformers_vit_rules(const std::string& prefix) {
  const std::string embeddings = prefix + "embeddings.";
  std::vector<NameRule> rules = {
      {embeddings + "cls_token", "cls_token"},
      {embeddings + "position_embeddings", "pos_embed"},
      {embeddings + "patch_embeddings.projection.", "patch_embed.proj."},
      {prefix + "layernorm.", "norm."},
      left_out(prefix + "pooler."),
  };
  add_transformers_blocks(rules, prefix + "encoder.layer", "blocks");
  return rules;
}

bool tell_transformers_vit(const Shapes& shapes, const std::string& prefix, ForeignNames& names) {
  const std::string embeddings = prefix + "embeddings.";
  const std::string block = prefix + "encoder.layer.#.";
  const std::string projection = embeddings + "patch_embeddings.projection.weight";
  const std::int64_t width = shapes.side(embeddings + "cls_token", 2);
  const std::int64_t patch = shapes.side(projection, 2);
  const std::int64_t depth = shapes.count(prefix + "encoder.layer.#.");
  const std::int64_t grid = grid_of_positions(shapes.side(embeddings + "position_embeddings", 1));
  add_vit_options(names, vit_text(width, depth, patch), grid * patch);
  return width > 0 && depth > 0 && patch > 0 && grid > 0 &&
         shapes.is(projection, {width, 3, patch, patch}) &&
         shapes.all(block + "attention.attention.key.weight", depth, {width, width}) &&
         shapes.all(block + "intermediate.dense.weight", depth, {4 * width, width});
}

}  // namespace

std::vector<Architecture> transformers_architectures() {
  std::vector<Architecture> all;
  for (const std::string prefix : {"", "vit."}) {
    const std::vector<std::string> marks = {prefix + "embeddings.cls_token",
                                            prefix + "embeddings.position_embeddings",
                                            prefix + "encoder.layer.0.layernorm_before.weight"};
    std::vector<NameRule> rules = transformers_vit_rules(prefix);
    rules.push_back(of_head("classifier.", "head."));
    all.push_back({"vit",
                   "vision transformer in transformers' names",
                   "vit",
                   std::move(rules),
                   marks,
                   [prefix](const Shapes& shapes, ForeignNames& names) {
                     names.options.emplace_back("model.head_hidden", "0");
                     return tell_transformers_vit(shapes, prefix, names);
                   }});
    // The names of its ViT with a last layer; the other are those of one without.
    if (!prefix.empty()) all.back().packages = {"transformers"};
  }
  std::vector<NameRule> mae = transformers_vit_rules("vit.");
  mae.push_back({"decoder.mask_token", "mask_token"});
  for (const char* name :
       {"decoder_pos_embed", "decoder_embed.", "decoder_norm.", "decoder_pred."}) {
    mae.push_back({std::string("decoder.") + name, name});
  }
  add_transformers_blocks(mae, "decoder.decoder_layers", "decoder_blocks");
  all.push_back({"mae",
                 "MAE, encoder and decoder, in transformers' names",
                 "mae",
                 std::move(mae),
                 {"vit.embeddings.cls_token", "decoder.mask_token", "decoder.decoder_embed.weight"},
                 [](const Shapes& shapes, ForeignNames& names) {
                   const std::string block = "decoder.decoder_layers.#.";
                   const std::int64_t width = shapes.side("decoder.mask_token", 2);
                   const std::int64_t depth = shapes.count(block);
                   add_mae_options(names, width, depth);
                   return width > 0 && depth > 0 && tell_transformers_vit(shapes, "vit.", names) &&
                          shapes.all(
                              block + "intermediate.dense.weight", depth, {4 * width, width});
                 },
                 /*only_by_name=*/false,
                 {"transformers"}});
  return all;
}

}  // namespace mien
