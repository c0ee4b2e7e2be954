#include "mien/nn/import/transformers_config.h"

#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "mien/nn/network.h"

namespace mien {
namespace {

NetworkPointer make(const std::string& name, const Vocabulary& vocabulary) {
  ModelOptions model;
  model.name = name;
  model.vit = "64x3x1/8";
  model.decoder = "32x2x4";
  if (name == "mae") {
    model.position = "sincos";
    model.mask = 0.5;
  }
  InputOptions input;
  input.size = 32;
  input.mean = {0.5, 0.25, 0.125};
  return create_network(model, vocabulary, input);
}

TEST(TransformersConfig, DescribesAClassifier) {
  const NetworkPointer network = make("vit", {{"anger", "fear"}, {"AU01"}, true});
  const auto config = nlohmann::json::parse(transformers_config(*network, /*has_head=*/true));
  EXPECT_EQ(config.at("architectures").at(0), "ViTForImageClassification");
  EXPECT_EQ(config.at("model_type"), "vit");
  EXPECT_EQ(config.at("hidden_size"), 64);
  EXPECT_EQ(config.at("num_hidden_layers"), 3);
  EXPECT_EQ(config.at("num_attention_heads"), 1);
  EXPECT_EQ(config.at("intermediate_size"), 256);
  EXPECT_EQ(config.at("image_size"), 32);
  EXPECT_EQ(config.at("patch_size"), 8);
  EXPECT_EQ(config.at("layer_norm_eps"), 1e-6);
  const nlohmann::json labels = {
      {"0", "valence"}, {"1", "arousal"}, {"2", "anger"}, {"3", "fear"}, {"4", "AU01"}};
  EXPECT_EQ(config.at("id2label"), labels);
  EXPECT_EQ(config.at("label2id").at("AU01"), 4);
  const auto processor = nlohmann::json::parse(transformers_processor(*network));
  EXPECT_EQ(processor.at("image_mean"), nlohmann::json({0.5, 0.25, 0.125}));
  EXPECT_EQ(processor.at("size").at("height"), 32);
}

// Else transformers would draw a classifier of its own under our names.
TEST(TransformersConfig, ATransformerWithoutItsHeadIsNoClassifier) {
  const NetworkPointer network = make("vit", {{"anger", "fear"}, {"AU01"}, true});
  const auto config = nlohmann::json::parse(transformers_config(*network, /*has_head=*/false));
  EXPECT_EQ(config.at("architectures").at(0), "ViTModel");
  EXPECT_EQ(config.at("model_type"), "vit");
  EXPECT_FALSE(config.contains("id2label"));
}

TEST(TransformersConfig, DescribesAnAutoencoder) {
  const auto config =
      nlohmann::json::parse(transformers_config(*make("mae", {}), /*has_head=*/true));
  EXPECT_EQ(config.at("architectures").at(0), "ViTMAEForPreTraining");
  EXPECT_EQ(config.at("decoder_hidden_size"), 32);
  EXPECT_EQ(config.at("decoder_num_hidden_layers"), 2);
  EXPECT_EQ(config.at("decoder_num_attention_heads"), 4);
  EXPECT_EQ(config.at("mask_ratio"), 0.5);
  EXPECT_FALSE(config.contains("id2label"));
}

}  // namespace
}  // namespace mien
