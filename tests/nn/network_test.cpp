#include "mien/nn/network.h"

#include <ATen/ops/zeros.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mien/error.h"

namespace mien {
namespace {

TEST(Registry, NamesItsNetworks) {
  EXPECT_THAT(network_names(), testing::IsSupersetOf({"cotex", "dan", "emma", "mae", "vit"}));
}

TEST(Registry, AnUnknownNameIsAnErrorThatListsThem) {
  ModelOptions model;
  model.name = "ema";
  try {
    create_network(model, abaw_mtl_vocabulary(), InputOptions());
    FAIL() << "no error";
  } catch (const OptionError& error) {
    EXPECT_EQ(error.key(), "model.name");
    EXPECT_THAT(error.what(), testing::HasSubstr("did you mean emma?"));
    EXPECT_THAT(error.what(), testing::HasSubstr("emma, mae, vit"));
  }
}

TEST(Registry, SaysWhatANetworkLearnsAndByWhichRecipe) {
  EXPECT_THAT(network_kind("emma").recipes,
              testing::UnorderedElementsAre(testing::Pair("mtl", "emma")));
  EXPECT_THAT(network_kind("dan").recipes,
              testing::UnorderedElementsAre(testing::Pair("expr", "dan")));
  for (const std::string& name : network_names()) {
    EXPECT_FALSE(network_kind(name).summary.empty()) << name;
    EXPECT_FALSE(network_kind(name).recipes.empty()) << name;
  }
  EXPECT_THROW(network_kind("ema"), OptionError);
}

TEST(NetworkTest, SaysWhichOfItsPartsStartFromOtherWeights) {
  ModelOptions model;
  model.vit = "8x1x1/8";
  model.mask = 0.75;
  model.dan_width = 4;
  model.clip_width = 4;
  InputOptions input;
  input.size = 32;
  for (const std::string& name : network_names()) {
    model.name = name;
    model.position = name == "mae" ? "sincos" : "learned";
    const NetworkPointer network = create_network(model, abaw_mtl_vocabulary(), input);
    for (const Backbone& backbone : network->backbones()) {
      std::size_t found = 0;
      for (const auto& item : backbone.module->named_parameters()) {
        for (const std::string& part : backbone.parts)
          found += item.key().starts_with(part) ? 1 : 0;
      }
      EXPECT_GT(found, 4U) << name;
    }
    EXPECT_EQ(network->backbones().size(), name == "cotex" ? 2U : 1U) << name;
    EXPECT_EQ(network->frozen_cnn() != nullptr, name == "emma") << name;
    EXPECT_EQ(network->spatial_channels(), name == "dan" ? 32 : 0) << name;
  }
}

TEST(ModelOptionsTest, DefaultsAreThePapers) {
  ModelOptions model;
  EXPECT_NO_THROW(model.check());
  EXPECT_EQ(model.head_hidden, 512);
  EXPECT_EQ(model.va_hidden, 256);
  EXPECT_EQ(model.va_gradient, "stop");
  EXPECT_EQ(model.drop_path, 0.1);
}

TEST(ModelOptionsTest, WrongValuesNameTheirKey) {
  const auto key_of = [](const std::function<void(ModelOptions&)>& spoil) {
    ModelOptions model;
    spoil(model);
    try {
      model.check();
    } catch (const OptionError& error) {
      EXPECT_THAT(error.what(), testing::StartsWith(error.key()));
      return error.key();
    }
    return std::string("no error");
  };
  EXPECT_EQ(key_of([](ModelOptions& m) { m.vit = "Q/16"; }), "model.vit");
  EXPECT_EQ(key_of([](ModelOptions& m) { m.pool = "max"; }), "model.pool");
  EXPECT_EQ(key_of([](ModelOptions& m) { m.position = ""; }), "model.position");
  EXPECT_EQ(key_of([](ModelOptions& m) { m.drop_path = -0.1; }), "model.drop_path");
  EXPECT_EQ(key_of([](ModelOptions& m) { m.drop_path = 1; }), "model.drop_path");
  EXPECT_EQ(key_of([](ModelOptions& m) { m.mask = 1; }), "model.mask");
  EXPECT_EQ(key_of([](ModelOptions& m) { m.mask = std::nan(""); }), "model.mask");
  EXPECT_EQ(key_of([](ModelOptions& m) { m.head_hidden = -1; }), "model.head_hidden");
  EXPECT_EQ(key_of([](ModelOptions& m) { m.va_hidden = 0; }), "model.va_hidden");
  EXPECT_EQ(key_of([](ModelOptions& m) { m.va_gradient = "go"; }), "model.va_gradient");
  EXPECT_EQ(key_of([](ModelOptions& m) { m.expression = "p2"; }), "model.expression");
  EXPECT_EQ(key_of([](ModelOptions& m) { m.dan_width = 1; }), "model.dan_width");
  EXPECT_EQ(key_of([](ModelOptions& m) { m.dan_stem = "tiny"; }), "model.dan_stem");
  EXPECT_EQ(key_of([](ModelOptions& m) { m.dan_heads = 0; }), "model.dan_heads");
  EXPECT_EQ(key_of([](ModelOptions& m) { m.clip_width = 0; }), "model.clip_width");
  EXPECT_EQ(key_of([](ModelOptions& m) { m.clip_embedding = -1; }), "model.clip_embedding");
  EXPECT_EQ(key_of([](ModelOptions& m) { m.clip_gelu = ""; }), "model.clip_gelu");
}

TEST(ModelOptionsTest, EveryFieldGoesThroughJson) {
  ModelOptions model;
  model.vit = "T/8";
  model.va_head = false;
  model.dan_expressions = {"anger", "fear"};
  ModelOptions copy;
  read_json(fields_of(copy), to_json(fields_of(model)), "text");
  EXPECT_EQ(to_json(fields_of(copy)), to_json(fields_of(model)));
  EXPECT_EQ(copy.dan_expressions, model.dan_expressions);
  EXPECT_FALSE(copy.va_head);
}

TEST(NetworkTest, VectorsAndTokensTakeNoWeightDecay) {
  ModelOptions model;
  model.vit = "8x1x1/8";
  model.va_head = false;
  InputOptions input;
  input.size = 16;
  const NetworkPointer network = create_network(model, abaw_mtl_vocabulary(), input);
  for (const auto& item : network->named_parameters()) {
    const bool matrix =
        item.value().dim() > 1 && item.key() != "vit.cls_token" && item.key() != "vit.pos_embed";
    EXPECT_EQ(network->without_weight_decay(item.key(), item.value()), !matrix) << item.key();
  }
}

}  // namespace
}  // namespace mien
