#include "mien/nn/network.h"

#include <algorithm>
#include <set>
#include <string>

#include <ATen/ops/rand.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mien/error.h"

#include "thrown.h"

namespace mien {
namespace {

TEST(Registry, NamesItsNetworks) {
  EXPECT_THAT(
      network_names(),
      testing::IsSupersetOf({"cotex", "dan", "emma", "emotionnet", "inception-v3", "mae", "vit"}));
}

TEST(Registry, AnUnknownNameIsAnErrorThatListsThem) {
  ModelOptions model;
  model.name = "ema";
  const test::Refusal refusal =
      test::refused([&] { create_network(model, abaw_mtl_vocabulary(), InputOptions()); });
  EXPECT_EQ(refusal.key, "model.name");
  EXPECT_THAT(refusal.message, testing::HasSubstr("did you mean emma?"));
  EXPECT_THAT(refusal.message, testing::HasSubstr(", emma, "));
  EXPECT_THAT(refusal.message, testing::HasSubstr(", vit"));
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
  model.auxiliary = false;
  model.clip_width = 4;
  InputOptions input;
  input.size = 96;  // enough for each
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

NetworkPointer in_training(const std::string& name, bool freeze_trunk) {
  ModelOptions model;
  model.name = name;
  model.vit = "16x2x2/8";
  model.drop_path = 0.5;
  model.dan_width = 4;
  model.clip_width = 4;
  model.auxiliary = false;
  model.mask = 0.5;
  model.freeze_trunk = freeze_trunk;
  if (name == "mae") {
    model.position = "sincos";
    model.decoder = "16x1x2";
  }
  InputOptions input;
  input.size = 96;  // enough for each
  NetworkPointer network = create_network(model, abaw_mtl_vocabulary(), input);
  network->train();
  return network;
}

NetworkPointer frozen(const std::string& name) {
  return in_training(name, /*freeze_trunk=*/true);
}

/// The tensors that `backbones()` names and that do not learn, by their names in the network.
std::set<std::string> trunk_of(Network& network) {
  std::set<const void*> tensors;
  for (const Backbone& backbone : network.backbones()) {
    for (const auto& item : backbone.module->named_parameters()) {
      const auto begins = [&](const std::vector<std::string>& parts) {
        return std::any_of(parts.begin(), parts.end(), [&](const std::string& part) {
          return item.key().starts_with(part);
        });
      };
      if (begins(backbone.parts) && !begins(backbone.learning)) {
        tensors.insert(item.value().unsafeGetTensorImpl());
      }
    }
  }
  std::set<std::string> names;
  for (const auto& item : network.named_parameters()) {
    if (tensors.contains(item.value().unsafeGetTensorImpl())) names.insert(item.key());
  }
  return names;
}

TEST(FrozenTrunk, LearnsNothingAndTheHeadsDo) {
  for (const std::string& name : network_names()) {
    const NetworkPointer network = frozen(name);
    const std::set<std::string> trunk = trunk_of(*network);
    EXPECT_GT(trunk.size(), 10U) << name;
    std::size_t learning = 0;
    for (const auto& item : network->named_parameters()) {
      SCOPED_TRACE(name + " " + item.key());
      if (trunk.contains(item.key())) {
        EXPECT_FALSE(item.value().requires_grad());
        EXPECT_EQ(network->role_of(item.key()), ParameterRole::kFrozen);
      } else if (network->role_of(item.key()) != ParameterRole::kFrozen) {
        EXPECT_TRUE(item.value().requires_grad());
        ++learning;
      }
    }
    EXPECT_GE(learning, 2U) << name;
  }
}

TEST(FrozenTrunk, StaysInEvaluationMode) {
  const NetworkPointer emma = frozen("emma");  // its trunk is a part of a part
  for (const auto& item : emma->named_modules("", /*include_self=*/false)) {
    const bool head = item.key().starts_with("vit.head") || item.key().starts_with("va_head") ||
                      item.key() == "vit";
    EXPECT_EQ(item.value()->is_training(), head) << item.key();
  }
  EXPECT_TRUE(emma->is_training());
  const NetworkPointer dan = frozen("dan");
  for (const auto& item : dan->named_modules("", /*include_self=*/false)) {
    EXPECT_EQ(item.value()->is_training(), !item.key().starts_with("features")) << item.key();
  }
  dan->eval();
  for (const auto& module : dan->modules()) EXPECT_FALSE(module->is_training());
}

TEST(FrozenTrunk, DropsNeitherPatchesNorPaths) {
  const at::Tensor pictures = at::rand({8, 3, 96, 96});
  for (const char* name : {"vit", "emma", "cotex", "clip-vit", "efficientnet-b0", "inception-v3"}) {
    const NetworkPointer network = frozen(name);
    const at::Tensor features = network->forward(pictures).features;
    EXPECT_TRUE(features.equal(network->forward(pictures).features)) << name;
    const NetworkPointer learning = in_training(name, /*freeze_trunk=*/false);
    EXPECT_FALSE(learning->forward(pictures).features.equal(learning->forward(pictures).features))
        << name;
  }
}

class OneLayer : public Network {
 public:
  OneLayer() : Network(ModelOptions(), abaw_mtl_vocabulary(), InputOptions()) {}
  Outputs forward(const at::Tensor& /*pictures*/) override { return {}; }
};

TEST(FrozenTrunk, ANetworkWithoutOneSaysSo) {
  EXPECT_THAT(
      test::thrown<UsageError>([] { std::make_shared<OneLayer>()->freeze_trunk(); }),
      testing::AllOf(testing::HasSubstr("has no trunk"), testing::HasSubstr("model.freeze_trunk")));
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
    const test::Refusal refusal = test::refused([&] { model.check(); });
    EXPECT_THAT(refusal.message, testing::StartsWith(refusal.key));
    return refusal.key;
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
  EXPECT_EQ(key_of([](ModelOptions& m) { m.region_average = "all"; }), "model.region_average");
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
