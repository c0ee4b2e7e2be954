#include <ATen/core/grad_mode.h>
#include <ATen/ops/full.h>
#include <ATen/ops/rand.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mien/error.h"
#include "mien/nn/layers/position.h"
#include "mien/nn/network.h"
#include "mien/nn/weights.h"

#include "tensor_checks.h"

namespace mien {
namespace {

NetworkPointer make(const std::string& vit = "8x1x1/8") {
  ModelOptions model;
  model.name = "vit";
  model.vit = vit;
  model.head_hidden = 0;
  InputOptions input;
  input.size = 32;
  return create_network(model, abaw_lsd_vocabulary(), input);
}

/// Copies, so that a later load cannot change them.
StateDict copy_of(const torch::nn::Module& module) {
  StateDict state = state_of(module);
  for (auto& [name, tensor] : state.tensors) tensor = tensor.clone();
  return state;
}

void expect_equal(const StateDict& a, const StateDict& b) {
  ASSERT_EQ(a.tensors.size(), b.tensors.size());
  for (const auto& [name, tensor] : a.tensors)
    EXPECT_TRUE(tensor.equal(b.tensors.at(name))) << name;
}

WeightsError::Names names_of(torch::nn::Module& module,
                             const StateDict& state,
                             const LoadRules& rules = {}) {
  const StateDict before = copy_of(module);
  try {
    load_state(module, state, "the file", rules);
  } catch (const WeightsError& error) {
    EXPECT_THAT(error.what(), testing::StartsWith("the file: "));
    expect_equal(copy_of(module), before);  // all or none
    return error.names();
  }
  ADD_FAILURE() << "no error";
  return {};
}

TEST(LoadState, CopiesEveryTensor) {
  const NetworkPointer from = make();
  const NetworkPointer to = make();
  load_state(*to, state_of(*from), "file");
  expect_equal(state_of(*to), state_of(*from));
  EXPECT_TRUE(to->named_parameters()["cls_token"].requires_grad());
}

TEST(LoadState, ListsWhatIsMissingUnexpectedAndOfAnotherShape) {
  const NetworkPointer network = make();
  StateDict state = copy_of(*make());
  state.tensors.erase("norm.bias");
  state.tensors["extra"] = at::rand({1});
  state.tensors["head.weight"] = at::rand({5, 8});
  const WeightsError::Names names = names_of(*network, state);
  EXPECT_THAT(names.missing, testing::ElementsAre("norm.bias"));
  EXPECT_THAT(names.unexpected, testing::ElementsAre("extra"));
  EXPECT_THAT(names.mismatched,
              testing::ElementsAre("head.weight: [5, 8] in the file, [6, 8] in the network"));
}

TEST(LoadState, WhatIsAllowedByPrefixIsPassedOver) {
  const NetworkPointer network = make();
  StateDict state = copy_of(*make());
  state.tensors.erase("head.weight");
  state.tensors.erase("head.bias");
  state.tensors["decoder.0"] = at::rand({1});
  LoadRules rules;
  rules.allow_missing = {"head."};
  EXPECT_THAT(names_of(*network, state, rules).unexpected, testing::ElementsAre("decoder.0"));
  rules.allow_unexpected = {"decoder"};
  const at::Tensor head = network->named_parameters()["head.weight"].clone();
  load_state(*network, state, "file", rules);
  EXPECT_TRUE(network->named_parameters()["head.weight"].equal(head));
  EXPECT_TRUE(network->named_parameters()["cls_token"].equal(state.tensors["cls_token"]));
}

TEST(LoadState, APrefixIsStripped) {
  const NetworkPointer network = make();
  StateDict state;
  for (const auto& [name, tensor] : copy_of(*make()).tensors) state.tensors["vit." + name] = tensor;
  state.tensors["cnn.fc.weight"] = at::rand({1});
  LoadRules rules;
  rules.prefix = "vit.";
  load_state(*network, state, "file", rules);
  EXPECT_TRUE(network->named_parameters()["cls_token"].equal(state.tensors["vit.cls_token"]));
  state.tensors.erase("vit.norm.bias");
  EXPECT_THAT(names_of(*network, state, rules).missing, testing::ElementsAre("vit.norm.bias"));
}

TEST(LoadState, PositionsOfAnotherGridAreInterpolated) {
  const NetworkPointer coarse = make("8x1x1/8");  // 4 x 4 patches
  const NetworkPointer fine = make("8x1x1/4");    // 8 x 8
  StateDict state = copy_of(*coarse);
  state.tensors["patch_embed.proj.weight"] = at::rand({8, 3, 4, 4});
  load_state(*fine, state, "file");
  const at::Tensor table = fine->named_parameters()["pos_embed"];
  EXPECT_TRUE(test::near(table, interpolate_positions(state.tensors["pos_embed"], 8), 1e-6));
  EXPECT_TRUE(table.select(1, 0).equal(state.tensors["pos_embed"].select(1, 0)));
}

TEST(LoadState, PositionsThatAreNoTableAreOfAnotherShape) {
  const NetworkPointer network = make();
  StateDict state = copy_of(*network);
  state.tensors["pos_embed"] = at::rand({1, 16, 8});
  EXPECT_EQ(names_of(*network, state).mismatched.size(), 1u);
  state.tensors["pos_embed"] = at::rand({1, 17, 9});
  EXPECT_EQ(names_of(*network, state).mismatched.size(), 1u);
}

TEST(LoadState, OtherFloatTypesAreWidened) {
  const NetworkPointer network = make();
  StateDict state = copy_of(*network);
  state.tensors["cls_token"] = at::full({1, 1, 8}, 0.5, at::kBFloat16);
  load_state(*network, state, "file");
  EXPECT_TRUE(network->named_parameters()["cls_token"].equal(at::full({1, 1, 8}, 0.5)));
}

}  // namespace
}  // namespace mien
