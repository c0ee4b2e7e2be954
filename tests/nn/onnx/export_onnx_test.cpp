#include "mien/nn/onnx/export_onnx.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <ATen/Context.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/sigmoid.h>
#include <ATen/ops/softmax.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mien/nn/layers/initialise.h"
#include "mien/nn/network.h"

#include "formula.h"
#include "run_model.h"
#include "tensor_checks.h"
#include "thrown.h"

namespace mien {
namespace {

using testing::HasSubstr;
using testing::UnorderedElementsAreArray;

constexpr double kTemperature = 1.5;

/// Random numbers that every layer passes on, drawn faster than the formula's: some networks are
/// large at their smallest.
void fill(Network& network) {
  const at::NoGradGuard no_gradients;
  at::manual_seed(1);
  for (auto& [name, tensor] : state_of(network).tensors) {
    if (!tensor.is_floating_point()) continue;
    if (tensor.dim() >= 2) {
      const std::int64_t columns = tensor.numel() / tensor.size(0);
      const double bound = 2 / std::sqrt(static_cast<double>(columns));
      tensor.uniform_(-bound, bound);
    } else if (name.ends_with("running_var") || name.ends_with("weight")) {
      tensor.uniform_(0.8, 1.2);
    } else {
      tensor.uniform_(-0.1, 0.1);
    }
  }
}

/// As small as the network can be had.
NetworkPointer small_network(const std::string& name) {
  ModelOptions model;
  model.name = name;
  model.vit = name.starts_with("clip-vit-b") ? "B/" + name.substr(name.size() - 2) : "64x2x2/16";
  model.clip_width = 8;
  model.dan_width = 16;
  model.dan_patches = name == "emma";  // as the weights that ship
  model.auxiliary = false;
  model.decoder = "32x1x2";
  if (name == "mae") {
    model.position = "sincos";
    model.mask = 0.75;
  }
  InputOptions input;
  input.size = 96;
  Vocabulary vocabulary = abaw_mtl_vocabulary();
  const NetworkKind& kind = network_kind(name);
  if (!kind.recipes.contains("mtl")) vocabulary = {vocabulary.expressions, {}, false};
  if (kind.learns_without_labels()) vocabulary = {};
  const WithoutInitialisation all_are_filled;
  NetworkPointer network = create_network(model, vocabulary, input);
  fill(*network);
  network->eval();
  return network;
}

NetworkCard warm_card() {
  NetworkCard card;
  card.temperature = kTemperature;
  return card;
}

/// What the model should give, by name.
std::map<std::string, at::Tensor> expected_outputs(Network& network, const at::Tensor& pictures) {
  const at::NoGradGuard no_gradients;
  const Outputs outputs = network.forward(pictures);
  std::map<std::string, at::Tensor> named;
  if (outputs.valence_arousal.defined()) named["valence_arousal"] = outputs.valence_arousal;
  if (outputs.expression.defined()) {
    named["expression"] = at::softmax(outputs.expression / kTemperature, 1);
  }
  if (outputs.action_units.defined()) named["action_units"] = at::sigmoid(outputs.action_units);
  if (outputs.features.defined()) named["features"] = outputs.features;
  return named;
}

class OnnxOfEveryNetwork : public testing::TestWithParam<std::string> {
 protected:
  /// For tools/check_onnx, which says where; else nowhere.
  static void keep(const OnnxModel& model,
                   const at::Tensor& pictures,
                   const std::map<std::string, at::Tensor>& expected) {
    const char* const folder = std::getenv("MIEN_ONNX_FOLDER");
    if (folder == nullptr) return;
    StateDict state;
    state.tensors = expected;
    state.tensors["pictures"] = pictures;
    write_onnx(std::filesystem::path(folder) / (GetParam() + ".onnx"), model);
    write_safetensors(std::filesystem::path(folder) / (GetParam() + ".safetensors"), state);
  }
};

TEST_P(OnnxOfEveryNetwork, ComputesWhatTheNetworkComputes) {
  const NetworkPointer network = small_network(GetParam());
  const at::Tensor pictures = test::formula_tensor("input", {3, 3, 96, 96});
  const auto expected = expected_outputs(*network, pictures);
  const OnnxModel model = onnx_model_of(*network, warm_card());
  const at::NoGradGuard no_gradients;
  const auto all = test::run_model(model, pictures);
  const auto one = test::run_model(model, pictures.slice(0, 1, 2));
  ASSERT_EQ(all.size(), expected.size());
  for (const auto& [name, values] : expected) {
    EXPECT_TRUE(test::near(all.at(name), values, 1e-5)) << name;
    EXPECT_TRUE(test::near(one.at(name), values.slice(0, 1, 2), 1e-5)) << name;
  }
  keep(model, pictures, expected);
}

std::string test_name(const testing::TestParamInfo<std::string>& info) {
  std::string name = info.param;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(Networks,
                         OnnxOfEveryNetwork,
                         testing::ValuesIn(network_names()),
                         test_name);

TEST(ExportOnnx, NamesWeightsAsTheNetworkDoesAndSaysWhatItReads) {
  const NetworkPointer network = small_network("resnet18");
  const OnnxModel model = onnx_model_of(*network, warm_card());
  ASSERT_EQ(model.inputs.size(), 1u);
  EXPECT_EQ(model.inputs[0].name, "pictures");
  EXPECT_EQ(model.inputs[0].sizes, (std::vector<std::int64_t>{kBatchSide, 3, 96, 96}));
  ASSERT_EQ(model.outputs.size(), 4u);
  EXPECT_EQ(model.outputs[1].name, "expression");
  EXPECT_EQ(model.outputs[1].sizes, (std::vector<std::int64_t>{kBatchSide, 8}));
  std::vector<std::string> published;
  for (const auto& [name, tensor] : state_of(*network).tensors) {
    if (!name.ends_with("num_batches_tracked")) published.push_back(name);
  }
  std::vector<std::string> given;
  for (const auto& [name, values] : model.values) {
    if (!name.starts_with("constant_")) given.push_back(name);
  }
  EXPECT_THAT(given, UnorderedElementsAreArray(published));
  EXPECT_THAT(model.metadata.at("mien.vocabulary"), HasSubstr("happiness"));
  EXPECT_THAT(model.metadata.at("mien.input"), HasSubstr("deviation"));
  EXPECT_THAT(model.metadata.at("mien.card"), HasSubstr("1.5"));
}

/// A network whose answers are an operator that nothing here is made of.
class Odd : public Network {
 public:
  explicit Odd(bool by_batch)
      : Network({}, {{"anger", "fear"}, {}, false}, {}), by_batch_(by_batch) {}
  Outputs forward(const at::Tensor& pictures) override {
    const at::Tensor means = pictures.mean({2, 3});
    Outputs outputs;
    outputs.expression = by_batch_ ? means / static_cast<double>(pictures.size(0)) : means.tan();
    return outputs;
  }

 private:
  bool by_batch_;
};

TEST(ExportOnnx, RefusesWhatItCannotSay) {
  const auto refused = [](bool by_batch) {
    Odd network(by_batch);
    return test::thrown([&] { onnx_model_of(network, {}); });
  };
  EXPECT_THAT(refused(false),
              HasSubstr("1 this network cannot be written as ONNX: aten::tan has no"));
  EXPECT_THAT(refused(true), HasSubstr("aten::div"));
  EXPECT_THAT(refused(true), HasSubstr("how many pictures"));
}

}  // namespace
}  // namespace mien
