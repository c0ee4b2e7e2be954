// The networks against what the published reference programs compute, on weights made by formula.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>

#include <ATen/core/grad_mode.h>
#include <ATen/ops/cat.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "mien/nn/network.h"
#include "mien/nn/weights.h"

#include "formula.h"
#include "shared_folder.h"
#include "tensor_checks.h"

namespace mien {
namespace {

using test::formula_tensor;
using test::near;

constexpr double kForward = 1e-4;  // relative, as the golden README has it

nlohmann::json read_json_file(const std::filesystem::path& file) {
  std::ifstream in(file);
  return nlohmann::json::parse(in);
}

TEST(Golden, FormulaGivesTheListedValues) {
  const auto file = test::shared_path("golden/formula_check.json");
  if (!file) GTEST_SKIP() << test::kNoShared;
  const auto checks = read_json_file(*file);
  for (const auto& [name, check] : checks.items()) {
    const auto shape = check["shape"].get<std::vector<std::int64_t>>();
    const at::Tensor tensor = formula_tensor(name, shape).flatten();
    const auto first = check["first"].get<std::vector<double>>();
    for (std::size_t i = 0; i < first.size(); ++i) {
      EXPECT_NEAR(tensor[static_cast<std::int64_t>(i)].item<double>(), first[i], 1e-7) << name;
    }
    if (check.contains("last")) {
      EXPECT_NEAR(tensor[-1].item<double>(), check["last"].get<double>(), 1e-7) << name;
    }
  }
}

TEST(Golden, Dan) {
  const auto file = test::shared_path("golden/dan.safetensors");
  if (!file) GTEST_SKIP() << test::kNoShared;
  const auto golden = read_safetensors(*file).tensors;
  ModelOptions model;
  model.name = "dan";
  const NetworkPointer network = create_network(model, abaw_mtl_vocabulary(), InputOptions());
  test::fill_by_formula(*network);
  network->eval();
  const at::NoGradGuard no_gradients;
  const Outputs outputs = network->forward(formula_tensor("input", {2, 3, 224, 224}));
  EXPECT_TRUE(near(outputs.spatial_features, golden.at("features"), kForward));
  EXPECT_TRUE(near(outputs.attention_heads, golden.at("heads"), kForward));
  EXPECT_TRUE(near(outputs.expression, golden.at("logits"), kForward));
  EXPECT_FALSE(outputs.valence_arousal.defined());
  EXPECT_FALSE(outputs.action_units.defined());
}

class GoldenEmma : public testing::Test {
 protected:
  void SetUp() override {
    const auto file = test::shared_path("golden/emma.safetensors");
    if (!file) GTEST_SKIP() << test::kNoShared;
    golden_ = read_safetensors(*file).tensors;
  }
  /// [N, 22] in the published order.
  static at::Tensor all(const Outputs& outputs) {
    return at::cat({outputs.valence_arousal, outputs.expression, outputs.action_units}, 1);
  }
  std::map<std::string, at::Tensor> golden_;
};

TEST_F(GoldenEmma, Outputs) {
  const NetworkPointer network =
      create_network(ModelOptions(), abaw_mtl_vocabulary(), InputOptions());
  test::fill_by_formula(*network);
  network->eval();
  const at::NoGradGuard no_gradients;
  const Outputs outputs = network->forward(formula_tensor("input", {2, 3, 224, 224}));
  EXPECT_TRUE(near(outputs.features, golden_.at("vit_features"), kForward));
  EXPECT_TRUE(near(all(outputs), golden_.at("outputs"), kForward));
}

TEST(Golden, LayerGroups) {
  const auto file = test::shared_path("golden/layers_and_metrics.json");
  if (!file) GTEST_SKIP() << test::kNoShared;
  const auto groups = read_json_file(*file)["layer_decay"];
  ModelOptions model;
  model.name = "vit";
  model.vit = "24x12x2/16";  // the groups go by names and depth
  model.head_hidden = 0;
  const NetworkPointer network = create_network(model, abaw_mtl_vocabulary(), InputOptions());
  const auto parameters = network->named_parameters();
  const double decay = groups["decay"];
  std::size_t seen = 0;
  for (const auto& group : groups["groups"]) {
    for (const std::string name : group["names"]) {
      const at::Tensor* value = parameters.find(name);
      ASSERT_NE(value, nullptr) << name;
      const auto above = static_cast<double>(network->layers() - 1 - network->layer_of(name));
      EXPECT_NEAR(std::pow(decay, above), group["scale"].get<double>(), 1e-6) << name;
      EXPECT_EQ(network->without_weight_decay(name, *value), group["weight_decay"] == 0.0) << name;
      ++seen;
    }
  }
  EXPECT_EQ(seen, parameters.size());
}

}  // namespace
}  // namespace mien
