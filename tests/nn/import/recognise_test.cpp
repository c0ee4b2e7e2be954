#include <cstdint>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include <ATen/ops/empty.h>
#include <ATen/ops/zeros.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mien/core/random.h"
#include "mien/error.h"
#include "mien/nn/import/choose.h"
#include "mien/nn/import/foreign_names.h"
#include "mien/nn/import/import_state.h"
#include "mien/nn/models/emma.h"
#include "mien/nn/models/vit_size.h"
#include "mien/nn/network.h"

#include "../small_networks.h"
#include "foreign_state.h"
#include "thrown.h"

namespace mien {
namespace {

using testing::AllOf;
using testing::HasSubstr;

StateDict published_state(const std::string& fixture) {
  return test::foreign_state(test::foreign_fixture(fixture));
}

StateDict small_state(const std::string& network, const Vocabulary& vocabulary) {
  test::SmallNetwork small;
  small.name = network;
  small.vocabulary = vocabulary;
  small.side = 64;
  return state_of(*test::make_small(small));
}

StateDict behind(const std::string& prefix, const StateDict& state) {
  StateDict prefixed;
  for (const auto& [name, tensor] : state.tensors) prefixed.tensors[prefix + name] = tensor;
  return prefixed;
}

std::vector<std::string> architectures_in(const StateDict& state) {
  std::vector<std::string> names;
  for (const ForeignNames& reading : readings_of(state)) names.push_back(reading.architecture);
  return names;
}

std::string option_in(const ForeignNames& names, const std::string& key) {
  for (const auto& [name, text] : names.options) {
    if (name == key) return text;
  }
  return "";
}

std::string refusal(const StateDict& state, const ReadingHints& hints = {}) {
  std::string error = test::thrown([&] { chosen_reading(state, hints, "file"); });
  EXPECT_THAT(error, testing::StartsWith("3 "));
  return error;
}

TEST(Recognise, WhatATransformerIs) {
  const ForeignNames tiny = test::only_reading(published_state("timm vit_tiny_patch16_224"));
  EXPECT_EQ(option_in(tiny, "model.vit"), "T/16");
  EXPECT_EQ(option_in(tiny, "input.size"), "224");
  EXPECT_EQ(option_in(tiny, "model.pool"), "");
  EXPECT_FALSE(tiny.whole);
  ASSERT_EQ(tiny.head.size(), 2U);
  EXPECT_EQ(tiny.head[1].name, "head.weight");
  const ForeignNames averaged =
      test::only_reading(published_state("timm vit_tiny_patch16_224 averaged"));
  EXPECT_EQ(option_in(averaged, "model.pool"), "mean");
}

TEST(Recognise, QueriesKeysAndValuesBecomeOne) {
  const ForeignNames names =
      test::only_reading(published_state("transformers ViTForImageClassification"));
  for (const TensorParts& place : names.tensors) {
    if (place.name != "blocks.1.attn.qkv.weight") continue;
    const std::string before = "vit.encoder.layer.1.attention.attention.";
    EXPECT_EQ(place.parts,
              (std::vector<std::string>{
                  before + "query.weight", before + "key.weight", before + "value.weight"}));
    return;
  }
  ADD_FAILURE() << "no blocks.1.attn.qkv.weight";
}

TEST(Recognise, FaceNetworksComeWhole) {
  const ForeignNames eight =
      test::only_reading(small_state("dan", {affectnet_expressions(), {}, false}));
  EXPECT_EQ(eight.architecture, "dan-affectnet8");
  EXPECT_TRUE(eight.whole);
  EXPECT_EQ(eight.vocabulary.value().expressions.back(), "contempt");
  EXPECT_EQ(option_in(eight, "model.dan_width"), "4");
  EXPECT_EQ(option_in(eight, "model.dan_heads"), "2");
  const ForeignNames cotex = test::only_reading(small_state("cotex", abaw_lsd_vocabulary()));
  EXPECT_EQ(cotex.vocabulary, abaw_lsd_vocabulary());
  EXPECT_EQ(option_in(cotex, "model.views"), "2");
  const ForeignNames emma = test::only_reading(small_state("emma", abaw_mtl_vocabulary()));
  EXPECT_EQ(emma.architecture, "emma");
  EXPECT_EQ(emma.vocabulary, abaw_mtl_vocabulary());
  EXPECT_EQ(option_in(emma, "model.head_hidden"), "512");
}

TEST(Recognise, SevenClassesAreOfTwoSets) {
  const StateDict state = small_state("dan", {{"a", "b", "c", "d", "e", "f", "g"}, {}, false});
  EXPECT_THAT(architectures_in(state), testing::ElementsAre("dan-affectnet7", "dan-rafdb"));
  EXPECT_THAT(refusal(state),
              AllOf(HasSubstr("--arch dan-affectnet7"), HasSubstr("--arch dan-rafdb")));
  EXPECT_EQ(names_as(state, "dan-rafdb", "file").vocabulary.value().expressions.front(),
            "surprise");
  ReadingHints named;
  named.classes_are_named = true;
  EXPECT_EQ(chosen_reading(state, named, "file").title, "DAN");
  const ForeignNames others = names_as(state, "dan", "file");
  EXPECT_EQ(full_title(others), "DAN, trained on other classes");
  EXPECT_FALSE(others.vocabulary.has_value());
}

TEST(Recognise, OtherClassesOfADanAreUnknown) {
  const StateDict state = small_state("dan", {{"a", "b", "c"}, {}, false});
  const ForeignNames names = test::only_reading(state);
  EXPECT_EQ(names.architecture, "dan");
  EXPECT_FALSE(names.vocabulary.has_value());
}

TEST(Recognise, VggFaceInBothNames) {
  for (const std::string before : {"conv", "conv_"}) {
    StateDict state;
    const std::vector<std::vector<std::int64_t>> stages = {{3, 64, 64},
                                                           {64, 128, 128},
                                                           {128, 256, 256, 256},
                                                           {256, 512, 512, 512},
                                                           {512, 512, 512, 512}};
    for (std::size_t stage = 0; stage < stages.size(); ++stage) {
      for (std::size_t i = 1; i < stages[stage].size(); ++i) {
        test::add_layer(state,
                        before + std::to_string(stage + 1) + "_" + std::to_string(i),
                        {stages[stage][i], stages[stage][i - 1], 3, 3});
      }
    }
    test::add_layer(state, "fc6", {4096, 25088});
    test::add_layer(state, "fc7", {4096, 4096});
    test::add_layer(state, "fc8", {2622, 4096});
    const ForeignNames names = test::only_reading(state);
    EXPECT_EQ(names.network, "vgg-face");
    EXPECT_EQ(names.tensors.front().name, "conv1_1.bias");
    EXPECT_EQ(names.head.size(), 2U);
    EXPECT_EQ(option_in(names, "input.channels"), before == "conv" ? "rgb" : "bgr");
  }
}

TEST(Recognise, OpenAisFilesTellTheirGelu) {
  StateDict state = published_state("open_clip ViT-B-32");
  test::add_tensor(state, "transformer.resblocks.0.ln_1.weight", {512});
  test::add_tensor(state, "positional_embedding", {77, 512});
  state.tensors["input_resolution"] = at::zeros({}, at::kLong);
  const ForeignNames names = test::only_reading(state);
  EXPECT_EQ(names.architecture, "clip-vit-b32");
  EXPECT_EQ(names.left.size(), 3U);
  EXPECT_EQ(option_in(names, "model.clip_gelu"), "quick");
}

TEST(Recognise, OtherSizesOfClipsTransformer) {
  StateDict state;
  test::add_tensor(state, "class_embedding", {64});
  test::add_tensor(state, "positional_embedding", {17, 64});
  test::add_tensor(state, "proj", {64, 24});
  test::add_tensor(state, "conv1.weight", {64, 3, 8, 8});
  for (const char* norm : {"ln_pre", "ln_post"}) test::add_layer(state, norm, {64});
  const std::string block = "transformer.resblocks.0.";
  for (const char* norm : {"ln_1", "ln_2"}) test::add_layer(state, block + norm, {64});
  test::add_tensor(state, block + "attn.in_proj_weight", {192, 64});
  test::add_tensor(state, block + "attn.in_proj_bias", {192});
  test::add_layer(state, block + "attn.out_proj", {64, 64});
  test::add_layer(state, block + "mlp.c_fc", {256, 64});
  test::add_layer(state, block + "mlp.c_proj", {64, 256});
  EXPECT_THAT(architectures_in(state), testing::ElementsAre("clip-vit", "open-clip-vit"));
  const ForeignNames names = names_as(state, "open-clip-vit", "file");
  EXPECT_EQ(option_in(names, "model.vit"), "64x1x1/8");
  EXPECT_EQ(option_in(names, "model.clip_embedding"), "24");
  EXPECT_EQ(option_in(names, "model.clip_gelu"), "exact");
  EXPECT_EQ(option_in(names, "input.size"), "32");
}

TEST(Recognise, AResnet18ForDanIsAskedFor) {
  const StateDict state = published_state("torchvision resnet18");
  EXPECT_THAT(architectures_in(state), testing::ElementsAre("resnet18"));
  const ForeignNames names = names_as(state, "dan-trunk", "file");
  EXPECT_EQ(names.network, "dan");
  std::vector<std::string> here;
  here.reserve(names.tensors.size());
  for (const TensorParts& place : names.tensors) here.push_back(place.name);
  EXPECT_THAT(here,
              testing::IsSupersetOf({"features.0.weight",
                                     "features.1.running_var",
                                     "features.4.0.conv1.weight",
                                     "features.7.0.downsample.1.bias"}));
}

TEST(Recognise, OneNameTooManyOrTooFewIsSomethingElse) {
  StateDict state = published_state("torchvision efficientnet_b0");
  state.tensors["features.9.0.weight"] = at::zeros({1});
  EXPECT_TRUE(readings_of(state).empty());
  EXPECT_THAT(refusal(state), HasSubstr("holds no architecture that is known"));
  ReadingHints hints;
  hints.architecture = "efficientnet-b0";
  EXPECT_THAT(refusal(state, hints),
              AllOf(HasSubstr("is no EfficientNet-B0 in torchvision's names"),
                    HasSubstr("not in it features.9.0.weight")));
  state.tensors.erase("features.9.0.weight");
  state.tensors.erase("features.8.0.weight");
  EXPECT_THAT(refusal(state, hints), HasSubstr("missing features.8.0.weight"));
}

TEST(Recognise, OtherShapesAreSomethingElse) {
  StateDict wide = published_state("torchvision resnet50");  // as Wide ResNet-50 has them
  wide.tensors["layer1.0.conv2.weight"] = at::zeros({128, 128, 3, 3});
  EXPECT_TRUE(readings_of(wide).empty());
  ReadingHints hints;
  hints.architecture = "resnet50";
  EXPECT_THAT(refusal(wide, hints), HasSubstr("the shapes are those of another"));
}

TEST(Recognise, APrefixIsOffered) {
  const StateDict state = published_state("torchvision resnet18");
  EXPECT_THAT(refusal(behind("module.", state)),
              AllOf(HasSubstr("ResNet-18"), HasSubstr("--prefix module.")));
  StateDict two = behind("module.encoder_q.", state);
  test::add_layer(two, "module.queue", {4, 4});
  EXPECT_THAT(refusal(two), HasSubstr("--prefix module.encoder_q."));
  EXPECT_EQ(test::only_reading(without_prefix(two, "module.encoder_q.")).architecture, "resnet18");
  EXPECT_TRUE(without_prefix(state, "module.").tensors.empty());
}

TEST(Recognise, AConfigurationTellsWhatTensorsDoNot) {
  const StateDict state = published_state("timm tf_efficientnet_b2");
  EXPECT_THAT(refusal(state),
              AllOf(HasSubstr("--arch efficientnet-b2 "), HasSubstr("--arch tf-efficientnet-b2 ")));
  ReadingHints hints;
  hints.options = {{"model.efficientnet", "tf"}, {"input.mean", "0.5,0.5,0.5"}};
  EXPECT_EQ(chosen_reading(state, hints, "file").architecture, "tf-efficientnet-b2");
}

TEST(Recognise, AConfigurationThatContradictsIsAnError) {
  const StateDict state = published_state("torchvision efficientnet_b0");
  ReadingHints hints;
  hints.options = {{"model.efficientnet", "tf"}};
  EXPECT_THAT(refusal(state, hints),
              AllOf(HasSubstr("model.efficientnet=tf"), HasSubstr("--arch efficientnet-b0")));
  hints.architecture = "efficientnet-b0";
  const ForeignNames names = chosen_reading(state, hints, "file");
  EXPECT_THAT(contradiction(names, hints), HasSubstr("has torch"));
  hints.options.front().second = "torch";
  EXPECT_EQ(contradiction(names, hints), "");
}

TEST(Recognise, HeadsAreTheConfigurationsOrAsPublished) {
  const StateDict state = published_state("transformers ViTMAEForPreTraining");
  ReadingHints hints;
  const ForeignNames published = chosen_reading(state, hints, "file");
  EXPECT_THAT(published.assumed, testing::UnorderedElementsAre("model.vit", "model.decoder"));
  const VitSize size = parse_vit_size(option_in(published, "model.vit"));
  hints.heads = {4, 2, "config.json"};
  const ForeignNames told = chosen_reading(state, hints, "file");
  EXPECT_TRUE(told.assumed.empty());
  EXPECT_EQ(parse_vit_size(option_in(told, "model.vit")).heads, 4);
  EXPECT_EQ(parse_vit_size(option_in(told, "model.vit")).patch, size.patch);
  EXPECT_EQ(parse_decoder_size(option_in(told, "model.decoder")).heads, 2);
  hints.heads.encoder = 7;
  EXPECT_THAT(refusal(state, hints), AllOf(HasSubstr("config.json: "), HasSubstr("7 attention")));
}

TEST(Recognise, TwoNamesForOnePlaceAreSomethingElse) {
  StateDict state = published_state("timm tf_efficientnet_b0");
  test::add_layer(state, "classifier.0", {1000, 1280});
  EXPECT_TRUE(readings_of(state).empty());
}

/// Names as a hostile file may have them are looked at in part and shown in part.
TEST(Recognise, EndlessNamesCostNothing) {
  StateDict state;
  for (int i = 0; i < 10; ++i) {
    test::add_tensor(state, std::string(200'000, '.') + std::to_string(i), {1});
  }
  EXPECT_TRUE(prefixes_that_fit(state).empty());
  EXPECT_LT(refusal(state).size(), 2000U);
  ReadingHints hints;
  hints.architecture = "vit";
  EXPECT_LT(refusal(state, hints).size(), 2000U);
}

/// An empty tensor may have sides of any length; what is made of them is no number then.
TEST(Recognise, HugeSidesAreNone) {
  constexpr std::int64_t kHuge = std::int64_t{1} << 62;
  const std::vector<std::pair<const char*, std::vector<std::string>>> cases = {
      {"timm vit_tiny_patch16_224", {"patch_embed.proj.weight", "cls_token", "pos_embed"}},
      {"transformers ViTMAEForPreTraining",
       {"vit.embeddings.patch_embeddings.projection.weight", "decoder.mask_token"}},
      {"open_clip ViT-B-32", {"visual.conv1.weight", "visual.proj"}},
  };
  for (const auto& [fixture, names] : cases) {
    for (const std::string& name : names) {
      StateDict state = published_state(fixture);
      ASSERT_TRUE(state.tensors.contains(name)) << name;
      state.tensors[name] = at::empty({0, 0, kHuge});
      EXPECT_TRUE(readings_of(state).empty()) << name;
      state.tensors[name] = at::empty({kHuge, 0, 3});
      EXPECT_TRUE(readings_of(state).empty()) << name;
    }
  }
}

/// Tensors taken away, renamed and reshaped: a network or a mien::Error, nothing else.
TEST(Recognise, DamagedStatesAreErrors) {
  RandomStream random{11};
  int whole = 0;
  for (const char* network : {"vit", "dan", "cotex"}) {
    const StateDict good = small_state(network, abaw_lsd_vocabulary());
    for (int round = 0; round < 60; ++round) {
      StateDict bad = good;
      const auto place = std::next(bad.tensors.begin(),
                                   random.below(static_cast<std::int64_t>(bad.tensors.size())));
      switch (random.below(5)) {
        case 0:
          bad.tensors.erase(place);
          break;
        case 1:
          bad.tensors["x." + place->first] = place->second;
          break;
        case 2:
          place->second = at::zeros({});
          break;
        case 3:
          place->second = at::zeros({0, 3});
          break;
        default:
          place->second = place->second.unsqueeze(0);
      }
      try {
        for (const ForeignNames& names : readings_of(bad)) {
          const StateDict renamed = renamed_state(bad, names, false, "damaged.pth");
          imported_network(renamed, import_use(names, "damaged.pth"), "damaged.pth");
          ++whole;
        }
      } catch (const Error& error) {
        EXPECT_THAT(error.what(), HasSubstr("damaged.pth"));
      }
    }
  }
  EXPECT_GT(whole, 0);  // a last layer may be anything where it is left
}

TEST(Recognise, NothingIsNothing) {
  EXPECT_TRUE(readings_of({}).empty());
  StateDict state;
  test::add_tensor(state, "weight", {2, 2});
  EXPECT_THAT(refusal(state), AllOf(HasSubstr("1 tensors: weight"), HasSubstr("resnet50")));
  EXPECT_THROW(names_as(state, "alexnet", "file"), UsageError);
}

}  // namespace
}  // namespace mien
