#include "mien/nn/import/model_folder.h"

#include <cstddef>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mien/error.h"

#include "temp_folder.h"
#include "thrown.h"

namespace mien {
namespace {

using test::TempFolder;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

std::string folder_refusal(const TempFolder& folder) {
  return test::thrown<DataError>([&] { read_model_folder(folder.path()); });
}

TEST(ModelFolder, AFileStandsForItself) {
  const TempFolder folder;
  const auto file = folder.write("any.pth", "x");
  EXPECT_EQ(read_model_folder(file).weights, file);
  EXPECT_TRUE(read_model_folder(file).options.empty());
}

TEST(ModelFolder, OfTimm) {
  const TempFolder folder;
  folder.write("pytorch_model.bin", "x");
  folder.write("model.safetensors", "x");
  folder.write("config.json",
               R"({"architecture": "tf_efficientnet_b2", "num_classes": 1000,
                   "pretrained_cfg": {"mean": [0.5, 0.5, 0.5], "std": [0.25, 0.5, 0.5]}})");
  const ModelFolder read = read_model_folder(folder.path());
  EXPECT_EQ(read.weights.filename(), "model.safetensors");
  EXPECT_THAT(read.options,
              ElementsAre(Pair("model.efficientnet", "tf"),
                          Pair("input.mean", "0.5,0.5,0.5"),
                          Pair("input.deviation", "0.25,0.5,0.5")));
}

TEST(ModelFolder, OfTransformers) {
  const TempFolder folder;
  folder.write("pytorch_model.bin", "x");
  folder.write("config.json", R"({"model_type": "vit", "hidden_size": 768})");
  folder.write("preprocessor_config.json", R"({"image_mean": [0.5, 0.5, 0.5], "image_std": "?"})");
  EXPECT_THAT(read_model_folder(folder.path()).options,
              ElementsAre(Pair("input.mean", "0.5,0.5,0.5")));
}

TEST(ModelFolder, OfOpenClip) {
  const TempFolder folder;
  folder.write("open_clip_pytorch_model.bin", "x");
  folder.write("open_clip_config.json", R"({"model_cfg": {"quick_gelu": true}})");
  EXPECT_THAT(read_model_folder(folder.path()).options,
              ElementsAre(Pair("model.clip_gelu", "quick")));
  folder.write("open_clip_config.json", R"({"model_cfg": {"embed_dim": 512}})");
  EXPECT_THAT(read_model_folder(folder.path()).options,
              ElementsAre(Pair("model.clip_gelu", "exact")));
}

TEST(ModelFolder, HeadsAreSaidInThreeWays) {
  const TempFolder folder;
  folder.write("model.safetensors", "x");
  folder.write("config.json", R"({"num_attention_heads": 12, "decoder_num_attention_heads": 16})");
  HeadCounts heads = read_model_folder(folder.path()).heads;
  EXPECT_EQ(heads.encoder, 12);
  EXPECT_EQ(heads.decoder, 16);
  EXPECT_THAT(heads.file, HasSubstr("config.json"));
  folder.write("config.json", R"({"architecture": "vit_x", "model_args": {"num_heads": 4}})");
  EXPECT_EQ(read_model_folder(folder.path()).heads.encoder, 4);
  folder.write("config.json", "{}");
  EXPECT_EQ(read_model_folder(folder.path()).heads.encoder, 0);
  folder.write("open_clip_config.json",
               R"({"model_cfg": {"vision_cfg": {"width": 1280, "head_width": 80}}})");
  EXPECT_EQ(read_model_folder(folder.path()).heads.encoder, 16);
}

TEST(ModelFolder, ValuesThatNoNetworkHasNameTheirFile) {
  const TempFolder folder;
  folder.write("model.safetensors", "x");
  for (const char* text : {R"({"num_attention_heads": 0})",
                           R"({"num_attention_heads": "12"})",
                           R"({"num_attention_heads": 1.5})",
                           R"({"num_attention_heads": 12, "decoder_num_attention_heads": -1})",
                           R"({"architecture": "x", "pretrained_cfg": {"std": [0, 1, 1]}})",
                           R"({"architecture": "x", "model_args": {"num_heads": 99999999}})"}) {
    folder.write("config.json", text);
    EXPECT_THAT(folder_refusal(folder), HasSubstr("config.json: '")) << text;
  }
}

/// Any value in any place: a folder that is read, or an error that names the file.
TEST(ModelFolder, OtherKindsOfValuesAreErrorsOrNothing) {
  const TempFolder folder;
  folder.write("model.safetensors", "x");
  for (const std::string value :
       {"null", "-1", "1e300", "\"x\"", "[]", "[1, 2, 3]", "{}", "true"}) {
    for (const std::string place :
         {R"({"architecture": #})",
          R"({"architecture": "x", "pretrained_cfg": #})",
          R"({"architecture": "x", "pretrained_cfg": {"mean": #}})",
          R"({"architecture": "x", "model_args": #})",
          R"({"num_attention_heads": #})",
          R"({"model_cfg": {"vision_cfg": {"width": #, "head_width": 1}}})",
          R"({"model_cfg": {"quick_gelu": #, "vision_cfg": #}})"}) {
      std::string text = place;
      for (std::size_t at = text.find('#'); at != std::string::npos; at = text.find('#')) {
        text.replace(at, 1, value);
      }
      for (const char* name : {"config.json", "open_clip_config.json"}) {
        folder.write("config.json", "{}");
        folder.write(name, text);
        const std::string refusal = folder_refusal(folder);
        EXPECT_TRUE(refusal.empty() || refusal.find(name) != std::string::npos) << refusal;
      }
    }
  }
}

TEST(ModelFolder, WhatIsNoneIsRefused) {
  const TempFolder folder;
  EXPECT_THAT(folder_refusal(folder), HasSubstr("holds no weights"));
  folder.write("model.safetensors.index.json", "{}");
  EXPECT_THAT(folder_refusal(folder), HasSubstr("several files"));
  folder.write("model.safetensors", "x");
  for (const std::string text : {"{", "[1]", "", "\"config\""}) {
    folder.write("config.json", text);
    EXPECT_THAT(folder_refusal(folder), HasSubstr("is no JSON object")) << text;
  }
}

}  // namespace
}  // namespace mien
