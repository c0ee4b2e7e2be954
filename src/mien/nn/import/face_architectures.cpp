// Networks that read faces as published: DAN, EMMA, CoTEX.
#include <string>
#include <utility>

#include "mien/nn/import/architectures.h"
#include "mien/nn/models/emma.h"

namespace mien {
namespace {

void add_dan_rules(std::vector<NameRule>& rules, const std::string& prefix) {
  for (const char* part : {"features.0.weight",
                           "features.1.",
                           "features.#.#.conv#.weight",
                           "features.#.#.bn#.",
                           "features.#.#.downsample.0.weight",
                           "features.#.#.downsample.1.",
                           "cat_head#.sa.*.#.",
                           "cat_head#.ca.attention.#.",
                           "fc.",
                           "bn."}) {
    rules.push_back(kept(prefix + part));
  }
}

void add_vit_rules(std::vector<NameRule>& rules, const std::string& prefix) {
  for (const char* part : {"cls_token",
                           "pos_embed",
                           "patch_embed.proj.",
                           "blocks.#.norm1.",
                           "blocks.#.attn.qkv.",
                           "blocks.#.attn.proj.",
                           "blocks.#.norm2.",
                           "blocks.#.mlp.fc1.",
                           "blocks.#.mlp.fc2.",
                           "norm.",
                           "fc_norm.",
                           "head."}) {
    rules.push_back(kept(prefix + part));
  }
}

bool tell_dan(const Shapes& shapes, const std::string& prefix, ForeignNames& names) {
  const std::int64_t width = shapes.side(prefix + "features.0.weight", 0);
  const std::int64_t stem = shapes.side(prefix + "features.0.weight", 2);
  const std::int64_t heads = shapes.count(prefix + "cat_head#.");
  names.options.emplace_back("model.dan_width", std::to_string(width));
  names.options.emplace_back("model.dan_stem", stem == 7 ? "imagenet" : "small");
  names.options.emplace_back("model.dan_heads", std::to_string(heads));
  const std::int64_t wide = 8 * width;  // as much as the file must hold before a network is made
  return heads > 0 && shapes.is(prefix + "features.0.weight", {width, 3, stem, stem}) &&
         shapes.is(prefix + "features.7.1.conv2.weight", {wide, wide, 3, 3}) &&
         shapes.side(prefix + "fc.weight", 1) == wide;
}

struct DanClasses {
  const char* name;
  const char* classes_of;
  std::vector<std::string> expressions;
};

/// The sets that DAN is published for, in the order of their labels.
std::vector<DanClasses> published_dans() {
  std::vector<std::string> seven = affectnet_expressions();
  seven.pop_back();  // contempt
  return {
      {"dan-affectnet8", "AffectNet's eight expressions", affectnet_expressions()},
      {"dan-affectnet7", "AffectNet's seven expressions", std::move(seven)},
      {"dan-rafdb",
       "RAF-DB's seven expressions",
       {"surprise", "fear", "disgust", "happiness", "sadness", "anger", "neutral"}},
  };
}

Architecture emma_architecture() {
  Architecture emma = {"emma", "EMMA, as its authors save it", "emma", {}, {}, {}};
  add_vit_rules(emma.rules, "vit.");
  add_dan_rules(emma.rules, "cnn.");
  emma.rules.push_back(kept("va_head.0."));
  emma.rules.push_back(kept("va_head.2."));
  emma.marks = {"vit.cls_token", "vit.head.2.weight", "cnn.features.0.weight", "va_head.2.weight"};
  emma.tell = [](const Shapes& shapes, ForeignNames& names) {
    const Vocabulary vocabulary = abaw_mtl_vocabulary();
    const auto scores =
        static_cast<std::int64_t>(vocabulary.expressions.size() + vocabulary.action_units.size());
    names.whole = true;
    names.vocabulary = vocabulary;
    names.options = {
        {"model.head_hidden", std::to_string(shapes.side("vit.head.0.weight", 0))},
        {"model.va_hidden", std::to_string(shapes.side("va_head.0.weight", 0))},
        {"model.va_gradient", "flow"},  // as its authors trained it
    };
    return tell_vit(shapes, "vit.", names) && tell_dan(shapes, "cnn.", names) &&
           shapes.side("vit.head.2.weight", 0) == scores &&
           shapes.side("cnn.fc.weight", 0) ==
               static_cast<std::int64_t>(affectnet_expressions().size());
  };
  return emma;
}

Architecture cotex_architecture() {
  Architecture cotex = {"cotex", "CoTEX, as its authors save it", "cotex", {}, {}, {}};
  add_vit_rules(cotex.rules, "v#.");
  cotex.marks = {"v0.cls_token", "v1.cls_token", "v0.head.weight", "v1.head.weight"};
  cotex.tell = [](const Shapes& shapes, ForeignNames& names) {
    const Vocabulary vocabulary = abaw_lsd_vocabulary();
    names.whole = true;
    if (shapes.side("v0.head.weight", 0) ==
        static_cast<std::int64_t>(vocabulary.expressions.size())) {
      names.vocabulary = vocabulary;
    }
    const std::int64_t views = shapes.count("v#.");
    names.options = {{"model.views", std::to_string(views)},
                     {"model.view_mean", "logits"}};  // as its authors ran it
    bool told = tell_vit(shapes, "v0.", names);
    for (std::int64_t view = 1; view < views; ++view) {
      ForeignNames same_options;
      told = told && tell_vit(shapes, "v" + std::to_string(view) + ".", same_options);
    }
    return told;
  };
  return cotex;
}

Architecture dan_architecture(const std::string& name) {
  Architecture dan = {name, "DAN", "dan", {}, {}, {}};
  add_dan_rules(dan.rules, "");
  dan.marks = {"features.0.weight", "cat_head0.sa.conv1x1.0.weight", "fc.weight", "bn.weight"};
  return dan;
}

}  // namespace

std::vector<Architecture> face_architectures() {
  std::vector<Architecture> all = {emma_architecture(), cotex_architecture()};
  for (const DanClasses& classes : published_dans()) {
    Architecture dan = dan_architecture(classes.name);
    dan.tell = [classes](const Shapes& shapes, ForeignNames& names) {
      names.whole = true;
      names.vocabulary = Vocabulary{classes.expressions, {}, false};
      names.classes_of = classes.classes_of;
      return tell_dan(shapes, "", names) &&
             shapes.side("fc.weight", 0) == static_cast<std::int64_t>(classes.expressions.size());
    };
    all.push_back(std::move(dan));
  }
  Architecture other = dan_architecture("dan");
  other.tell = [](const Shapes& shapes, ForeignNames& names) {
    // Seven and eight classes are likely those above.
    const std::int64_t classes = shapes.side("fc.weight", 0);
    names.whole = true;
    names.classes_of = "other classes";
    names.only_by_name = classes == 7 || classes == 8;
    return tell_dan(shapes, "", names);
  };
  all.push_back(std::move(other));
  return all;
}

}  // namespace mien
