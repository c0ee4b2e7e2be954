// CLIP's image encoders, alone or beside the text encoder that is not used.
#include <string>
#include <utility>

#include "mien/nn/import/architectures.h"
#include "mien/nn/layers/position.h"

namespace mien {
namespace {

constexpr const char* kVisual = "visual.";

/// What a whole CLIP holds beside the image encoder.
void leave_text_part(std::vector<NameRule>& rules) {
  for (const char* name : {"transformer.", "token_embedding.", "ln_final."}) {
    rules.push_back(left_out(name));
  }
  for (const char* name : {"positional_embedding",
                           "text_projection",
                           "logit_scale",
                           "logit_bias",
                           "attn_mask",
                           "input_resolution",
                           "context_length",
                           "vocab_size"}) {
    rules.push_back(left_out(name));
  }
}

NameRule stripped(const std::string& prefix, const std::string& pattern) {
  return {prefix + pattern, pattern};
}

std::vector<NameRule> clip_rules(const std::string& prefix, const std::vector<const char*>& parts) {
  std::vector<NameRule> rules;
  rules.reserve(parts.size());
  for (const char* part : parts) rules.push_back(stripped(prefix, part));
  if (!prefix.empty()) leave_text_part(rules);
  return rules;
}

void add_clip_input(ForeignNames& names, std::int64_t size) {
  names.options.emplace_back("input.size", std::to_string(size));
  names.options.emplace_back("input.mean", "0.48145466,0.4578275,0.40821073");
  names.options.emplace_back("input.deviation", "0.26862954,0.26130258,0.27577711");
}

bool tell_clip_resnet(const Shapes& shapes, const std::string& prefix, ForeignNames& names) {
  constexpr std::int64_t kStride = 32;
  const std::int64_t grid =
      grid_of_positions(shapes.side(prefix + "attnpool.positional_embedding", 0));
  add_clip_input(names, grid * kStride);
  return grid > 0 && shapes.is(prefix + "conv1.weight", {32, 3, 3, 3}) &&
         shapes.count(prefix + "layer1.#.") == 3 && shapes.count(prefix + "layer2.#.") == 4 &&
         shapes.count(prefix + "layer3.#.") == 6 && shapes.count(prefix + "layer4.#.") == 3 &&
         shapes.is(prefix + "attnpool.c_proj.weight", {1024, 2048});
}

struct ClipVitSize {
  std::int64_t width = 0;
  std::int64_t depth = 0;
  std::int64_t patch = 0;
  std::int64_t embedding = 0;

  bool is_b(std::int64_t b_patch) const {
    return width == 768 && depth == 12 && embedding == 512 && patch == b_patch;
  }
};

/// Fills in what pictures it knows. False where the shapes are no transformer's.
bool tell_clip_vit(const Shapes& shapes,
                   const std::string& prefix,
                   ClipVitSize& size,
                   ForeignNames& names) {
  size.width = shapes.side(prefix + "proj", 0);
  size.embedding = shapes.side(prefix + "proj", 1);
  size.patch = shapes.side(prefix + "conv1.weight", 2);
  size.depth = shapes.count(prefix + "transformer.resblocks.#.");
  const std::int64_t grid = grid_of_positions(shapes.side(prefix + "positional_embedding", 0));
  add_clip_input(names, grid * size.patch);
  const std::string block = prefix + "transformer.resblocks.#.";
  return grid > 0 && size.width > 0 && size.depth > 0 && size.patch > 0 &&
         shapes.is(prefix + "conv1.weight", {size.width, 3, size.patch, size.patch}) &&
         shapes.all(block + "attn.in_proj_weight", size.depth, {3 * size.width, size.width}) &&
         shapes.all(block + "mlp.c_fc.weight", size.depth, {4 * size.width, size.width});
}

const std::vector<const char*>& clip_vit_parts() {
  static const std::vector<const char*> kParts = {"class_embedding",
                                                  "positional_embedding",
                                                  "proj",
                                                  "conv1.weight",
                                                  "ln_pre.",
                                                  "ln_post.",
                                                  "transformer.resblocks.#.ln_1.",
                                                  "transformer.resblocks.#.ln_2.",
                                                  "transformer.resblocks.#.attn.in_proj_weight",
                                                  "transformer.resblocks.#.attn.in_proj_bias",
                                                  "transformer.resblocks.#.attn.out_proj.",
                                                  "transformer.resblocks.#.mlp.c_fc.",
                                                  "transformer.resblocks.#.mlp.c_proj."};
  return kParts;
}

constexpr std::int64_t kLargePatch = 32;
constexpr std::int64_t kSmallPatch = 16;
constexpr std::int64_t kAnyPatch = 0;

/// B/32 or B/16, or with kAnyPatch any other size, with OpenAI's quick GELU or, as most of
/// open_clip's own, the exact one. Names and shapes are the same; OpenAI's files alone hold the
/// size of their pictures.
Architecture clip_vit(const std::string& prefix, std::int64_t patch, bool quick) {
  const bool any = patch == kAnyPatch;
  const std::string network = any ? "clip-vit" : "clip-vit-b" + std::to_string(patch);
  const std::string title =
      std::string("CLIP's image encoder ViT") + (any ? "" : "-B/" + std::to_string(patch));
  Architecture made = {(quick ? "" : "open-") + network,
                       title + (quick ? " with OpenAI's quick GELU" : " with the exact GELU"),
                       network,
                       clip_rules(prefix, clip_vit_parts()),
                       {prefix + "class_embedding", prefix + "proj", prefix + "ln_pre.weight"},
                       {}};
  made.tell = [=](const Shapes& shapes, ForeignNames& names) {
    names.options = {{"model.clip_gelu", quick ? "quick" : "exact"}};
    ClipVitSize size;
    const bool told = tell_clip_vit(shapes, prefix, size, names);
    if (any) {
      names.options.emplace_back("model.vit", vit_text(size.width, size.depth, size.patch));
      names.assumed.emplace_back("model.vit");
      names.options.emplace_back("model.clip_embedding", std::to_string(size.embedding));
    }
    const bool named = size.is_b(kLargePatch) || size.is_b(kSmallPatch);
    const bool openai = shapes.has("input_resolution");
    return told && (quick || !openai) && (any ? !named : size.is_b(patch));
  };
  return made;
}

}  // namespace

std::vector<Architecture> clip_architectures() {
  std::vector<Architecture> all;
  for (const std::string prefix : {kVisual, ""}) {
    all.push_back({"clip-rn50",
                   "CLIP's image encoder RN50",
                   "clip-rn50",
                   clip_rules(prefix,
                              {"conv#.weight",
                               "bn#.",
                               "layer#.#.conv#.weight",
                               "layer#.#.bn#.",
                               "layer#.#.downsample.0.weight",
                               "layer#.#.downsample.1.",
                               "attnpool.positional_embedding",
                               "attnpool.k_proj.",
                               "attnpool.q_proj.",
                               "attnpool.v_proj.",
                               "attnpool.c_proj."}),
                   {prefix + "conv3.weight", prefix + "attnpool.positional_embedding"},
                   [prefix](const Shapes& shapes, ForeignNames& names) {
                     return tell_clip_resnet(shapes, prefix, names);
                   }});
    for (const std::int64_t patch : {kLargePatch, kSmallPatch, kAnyPatch}) {
      all.push_back(clip_vit(prefix, patch, /*quick=*/true));
      all.push_back(clip_vit(prefix, patch, /*quick=*/false));
    }
  }
  return all;
}

}  // namespace mien
