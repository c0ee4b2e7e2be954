// The masked autoencoder against the published program: outputs, loss and gradients for given
// weights and noise.
#include <string>

#include <ATen/ops/rand.h>
#include <gtest/gtest.h>

#include "mien/nn/models/mae.h"
#include "mien/nn/weights.h"
#include "mien/train/losses.h"

#include "shared_folder.h"
#include "tensor_checks.h"

namespace mien {
namespace {

using test::near;

class GoldenMae : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    const auto file = test::shared_path(GetParam());
    if (!file) GTEST_SKIP() << test::kNoShared;
    golden_ = read_safetensors(*file);
    make_network();
  }

  std::string said(const std::string& key) const { return golden_.metadata.at(key); }
  const at::Tensor& tensor(const std::string& name) const { return golden_.tensors.at(name); }

  void make_network() {
    ModelOptions model;
    model.name = "mae";
    model.vit = said("width") + "x" + said("depth") + "x" + said("heads") + "/" + said("patch");
    model.decoder =
        said("decoder_width") + "x" + said("decoder_depth") + "x" + said("decoder_heads");
    model.position = "sincos";
    model.drop_path = 0;
    model.mask = std::stod(said("mask_ratio"));
    model.norm_pix = said("norm_pix") == "True";
    InputOptions input;
    input.size = std::stoll(said("img"));
    network_ = std::make_shared<MaeNetwork>(model, Vocabulary(), input);
    // The fixed tables have to come out of the formula, not out of the file.
    for (const char* name : {"pos_embed", "decoder_pos_embed"}) {
      EXPECT_TRUE(near(network_->named_parameters()[name], tensor(std::string("w.") + name), 1e-6));
    }
    StateDict weights;
    for (const auto& [name, value] : golden_.tensors) {
      if (name.starts_with("w.")) weights.tensors[name.substr(2)] = value;
    }
    load_state(*network_, weights, "golden");
  }

  StateDict golden_;
  std::shared_ptr<MaeNetwork> network_;
};

TEST_P(GoldenMae, OutputsLossAndGradients) {
  const Outputs outputs =
      network_->forward_masked(tensor("x"), tensor("noise"), network_->options().mask);
  EXPECT_TRUE(outputs.masked.equal(tensor("mask")));
  EXPECT_TRUE(near(outputs.reconstruction, tensor("pred"), 1e-5));
  const TaskLosses losses = task_losses(outputs, Batch(), LossOptions(), {}, {});
  EXPECT_NEAR(losses.reconstruction.item<double>(), tensor("loss").item<double>(), 1e-5);
  losses.total.backward();
  std::size_t compared = 0;
  for (const auto& item : network_->named_parameters()) {
    if (!item.value().requires_grad()) continue;
    EXPECT_TRUE(near(item.value().grad(), tensor("g." + item.key()), 1e-4)) << item.key();
    ++compared;
  }
  EXPECT_EQ(compared, 48U);
}

INSTANTIATE_TEST_SUITE_P(Files,
                         GoldenMae,
                         testing::Values("golden/mae_tiny.safetensors",
                                         "golden/mae_tiny_norm_pix.safetensors"));

}  // namespace
}  // namespace mien
