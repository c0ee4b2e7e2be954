#include <ATen/Context.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/rand.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mien/error.h"
#include "mien/nn/network.h"
#include "mien/nn/weights.h"

#include "temp_folder.h"
#include "thrown.h"

namespace mien {
namespace {

using test::TempFolder;

class NetworkFile : public testing::TestWithParam<const char*> {
 protected:
  static NetworkPointer make(const std::string& name) {
    ModelOptions model;
    model.name = name;
    model.vit = "16x2x2/16";
    model.dan_width = 4;
    model.dan_heads = 2;
    model.dan_expressions = {"anger", "fear", "neutral"};
    InputOptions input;
    input.size = 64;
    input.margin = 0.25;
    return create_network(model, {{"anger", "other"}, {"AU01", "AU12"}, true}, input);
  }
  /// One a unit, and no units where the network gives none.
  static std::vector<double> thresholds_for(const Network& network) {
    std::vector<double> thresholds = {1.0 / 3, 0.75};
    thresholds.resize(network.vocabulary().action_units.size());
    return thresholds;
  }
  TempFolder folder_;
};

TEST_P(NetworkFile, IsConvertedByItsMatrices) {
  const NetworkPointer network = make(GetParam());
  const NetworkCard card{thresholds_for(*network), {{"made by", "a test"}}};
  save_network(folder_ / "full.safetensors", *network, card);
  convert_network(folder_ / "full.safetensors", folder_ / "half.safetensors", at::kBFloat16);
  const StateDict full = read_weights(folder_ / "full.safetensors");
  const StateDict half = read_weights(folder_ / "half.safetensors");
  EXPECT_EQ(half.metadata, full.metadata);
  ASSERT_EQ(half.tensors.size(), full.tensors.size());
  for (const auto& [name, tensor] : half.tensors) {
    const at::Tensor& before = full.tensors.at(name);
    if (before.dim() < 2) {
      EXPECT_TRUE(tensor.equal(before)) << name;
    } else {
      EXPECT_EQ(tensor.scalar_type(), at::kBFloat16) << name;
      EXPECT_TRUE(tensor.equal(before.to(at::kBFloat16))) << name;
    }
  }
  const LoadedNetwork loaded = load_network(folder_ / "half.safetensors");
  EXPECT_EQ(loaded.card.notes, card.notes);
  for (const at::Tensor& parameter : loaded.network->parameters()) {
    EXPECT_EQ(parameter.scalar_type(), at::kFloat);
  }
}

TEST_P(NetworkFile, IsEnoughToMakeTheNetworkAgain) {
  const at::NoGradGuard no_gradients;
  const NetworkPointer network = make(GetParam());
  network->eval();
  const NetworkCard card{thresholds_for(*network), {{"epoch", "3"}, {"made by", "a test"}}};
  save_network(folder_ / "best.safetensors", *network, card);
  for (const auto& argument : {folder_.path(), folder_ / "best.safetensors"}) {
    const LoadedNetwork loaded = load_network(argument);
    EXPECT_EQ(loaded.file, folder_ / "best.safetensors");
    EXPECT_EQ(loaded.card.thresholds, card.thresholds);
    EXPECT_EQ(loaded.card.notes, card.notes);
    EXPECT_EQ(loaded.network->vocabulary(), network->vocabulary());
    EXPECT_EQ(loaded.network->input().margin, 0.25);
    EXPECT_EQ(loaded.network->options().dan_expressions, network->options().dan_expressions);
    EXPECT_FALSE(loaded.network->is_training());
    const at::Tensor pictures = at::rand({2, 3, 64, 64});
    EXPECT_TRUE(
        loaded.network->forward(pictures).expression.equal(network->forward(pictures).expression));
  }
}

TEST_P(NetworkFile, AnotherCardLeavesTheWeights) {
  const NetworkPointer network = make(GetParam());
  save_network(folder_ / "a.safetensors", *network, {{}, {{"epoch", "3"}}});
  const StateDict before = read_safetensors(folder_ / "a.safetensors");
  NetworkCard card = load_network(folder_ / "a.safetensors").card;
  EXPECT_EQ(card.temperature, 1);
  card.thresholds = thresholds_for(*network);
  card.temperature = 1.7;
  card.tuned.date = "2026-05-04T12:00:00Z";
  card.tuned.data = {"faces", "other \"faces\""};
  card.tuned.pictures = 24;
  replace_card(folder_ / "a.safetensors", folder_ / "a.safetensors", card);
  const NetworkCard read = load_network(folder_ / "a.safetensors").card;
  EXPECT_EQ(read.thresholds, card.thresholds);
  EXPECT_EQ(read.temperature, 1.7);
  EXPECT_EQ(read.notes, card.notes);
  EXPECT_EQ(read.tuned.date, card.tuned.date);
  EXPECT_EQ(read.tuned.data, card.tuned.data);
  EXPECT_EQ(read.tuned.pictures, 24);
  const StateDict after = read_safetensors(folder_ / "a.safetensors");
  ASSERT_EQ(after.tensors.size(), before.tensors.size());
  for (const auto& [name, tensor] : before.tensors) {
    EXPECT_TRUE(tensor.equal(after.tensors.at(name))) << name;
  }
}

TEST_P(NetworkFile, LoadingLeavesTheRandomGeneratorAlone) {
  save_network(folder_ / "a.safetensors", *make(GetParam()), {});
  at::manual_seed(3);
  const float expected = at::rand({1}).item<float>();
  at::manual_seed(3);
  load_network(folder_ / "a.safetensors");
  EXPECT_EQ(at::rand({1}).item<float>(), expected);
}

INSTANTIATE_TEST_SUITE_P(All, NetworkFile, testing::Values("emma", "vit", "dan", "cotex"));

class NetworkHeader : public NetworkFile {
 protected:
  /// What loading a file whose header was changed throws.
  std::string error_with(const std::string& key, const char* value) {
    save_network(folder_ / "a.safetensors", *make("vit"), {});
    StateDict state = read_safetensors(folder_ / "a.safetensors");
    state.metadata.erase(key);
    if (value != nullptr) state.metadata[key] = value;
    write_safetensors(folder_ / "b.safetensors", state);
    return test::thrown<DataError>([&] { load_network(folder_ / "b.safetensors"); });
  }
};

TEST_F(NetworkHeader, WhatIsMissingIsNamed) {
  for (const char* key :
       {"mien.format", "mien.model", "mien.vocabulary", "mien.input", "mien.card"}) {
    EXPECT_THAT(error_with(key, nullptr), testing::HasSubstr(key));
  }
}

TEST_F(NetworkHeader, WhatIsWrongIsADataError) {
  EXPECT_THAT(error_with("mien.format", "2"), testing::HasSubstr("format 2"));
  EXPECT_THAT(error_with("mien.model", "{"), testing::HasSubstr("mien.model"));
  EXPECT_THAT(error_with("mien.model", R"({"name":"other"})"), testing::HasSubstr("mien.model"));
  EXPECT_THAT(error_with("mien.model", R"({"vit":"B/15"})"), testing::HasSubstr("no network"));
  EXPECT_THAT(error_with("mien.model", R"({"colour":1})"), testing::HasSubstr("colour"));
  EXPECT_THAT(error_with("mien.input", R"({"size":1})"), testing::HasSubstr("mien.input"));
  EXPECT_THAT(error_with("mien.card", "[]"), testing::HasSubstr("mien.card"));
  const auto card = [&](const std::string& entries) {
    return error_with("mien.card", ("{\"notes\":{}," + entries + "}").c_str());
  };
  EXPECT_EQ(card(R"("thresholds":[])"), "") << "as files before temperatures have it";
  EXPECT_THAT(card(R"("thresholds":[0.5])"), testing::HasSubstr("1 thresholds for 2"));
  EXPECT_THAT(card(R"("thresholds":[0.5,1.5])"), testing::HasSubstr("no probability: 1.5"));
  EXPECT_THAT(card(R"("thresholds":[],"temperature":0)"), testing::HasSubstr("temperature"));
  EXPECT_THAT(card(R"("thresholds":[],"temperature":"1")"), testing::HasSubstr("mien.card"));
  EXPECT_THAT(card(R"("thresholds":[],"tuned":{"moon":1})"), testing::HasSubstr("moon"));
  EXPECT_NE(error_with("mien.vocabulary", "[]"), "");
}

TEST_F(NetworkHeader, WeightsOfAnotherNetworkAreRefused) {
  save_network(folder_ / "a.safetensors", *make("vit"), {});
  StateDict state = read_safetensors(folder_ / "a.safetensors");
  state.tensors.erase("cls_token");
  write_safetensors(folder_ / "b.safetensors", state);
  EXPECT_THROW(load_network(folder_ / "b.safetensors"), WeightsError);
}

TEST_F(NetworkHeader, AFolderWithoutWeightsIsADataError) {
  EXPECT_THROW(load_network(folder_.path()), DataError);
}

}  // namespace
}  // namespace mien
