#include "mien/nn/import/model_folder.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mien/error.h"

#include "temp_folder.h"

namespace mien {
namespace {

using test::TempFolder;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

std::string folder_refusal(const TempFolder& folder) {
  try {
    read_model_folder(folder.path());
  } catch (const DataError& error) {
    return error.what();
  }
  return "no error";
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
