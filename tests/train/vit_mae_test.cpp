// The masked autoencoder beside transformers' ViTMAE (tools/fixtures/vit_mae.py): its weights under
// its names, taken over as `mien import` does.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <ATen/ops/cat.h>
#include <ATen/ops/tensor.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "mien/nn/import/import_state.h"
#include "mien/nn/layers/position.h"
#include "mien/nn/models/mae.h"
#include "mien/train/losses.h"

#include "foreign_state.h"
#include "parity.h"

namespace mien {
namespace {

using test::near;

constexpr std::int64_t kPictures = 3;
constexpr std::int64_t kPatches = 16;
constexpr double kFaint = 1.0 / 1024;

class VitMae : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    fixture_ = test::parity_fixture("vit_mae.json", GetParam());
    StateDict state = test::foreign_state(fixture_);
    test::fill_foreign(state);
    // The fixed tables have to come out of the formula: the fixture's were computed over there.
    state.tensors.at("vit.embeddings.position_embeddings") = sincos_positions(16, 4);
    state.tensors.at("decoder.decoder_pos_embed") = sincos_positions(8, 4);
    names_ = readings_of(state).at(0);
    ImportUse use = import_use(names_, "file");
    use.model.vit = "16x2x2/8";  // shapes do not tell the heads
    use.model.decoder = "8x1x2";
    use.model.norm_pix = fixture_.at("norm_pix_loss");
    use.input.size = fixture_.at("size");
    network_ = std::dynamic_pointer_cast<MaeNetwork>(
        imported_network(renamed_state(state, names_, /*with_head=*/false, "file"), use, "file"));
    ASSERT_NE(network_, nullptr);
  }

  /// Of a mask by formula noise; the last picture is hardly more than one colour.
  Outputs forward() const {
    const std::int64_t side = fixture_.at("size");
    const at::Tensor pictures = test::formula_tensor("input", {kPictures, 3, side, side});
    pictures[kPictures - 1].mul_(kFaint);
    const at::Tensor noise = test::formula_tensor("noise.weight", {kPictures, kPatches});
    return network_->forward_masked(pictures, noise, fixture_.at("mask_ratio"));
  }

  /// Compares to 1e-4 the gradient of a tensor here with those of its parts over there.
  void expect_gradient(const at::Tensor& gradient, const TensorParts& tensor) const {
    std::vector<at::Tensor> starts;
    std::vector<double> wanted;
    double squares = 0;
    const auto parts = static_cast<std::int64_t>(tensor.parts.size());
    const std::vector<at::Tensor> pieces = gradient.chunk(parts, 0);
    for (std::size_t i = 0; i < tensor.parts.size(); ++i) {
      const nlohmann::json& part = fixture_.at("gradients").at(tensor.parts[i]);
      const auto first = part.at("first").get<std::vector<double>>();
      wanted.insert(wanted.end(), first.begin(), first.end());
      squares += std::pow(part.at("norm").get<double>(), 2);
      starts.push_back(pieces[i].flatten().slice(0, 0, static_cast<std::int64_t>(first.size())));
    }
    const double norm = std::sqrt(squares);
    EXPECT_NEAR(gradient.norm().item<double>(), norm, 1e-4 * norm) << tensor.name;
    EXPECT_TRUE(near(at::cat(starts), at::tensor(wanted, at::kDouble), 1e-4)) << tensor.name;
  }

  nlohmann::json fixture_;
  ForeignNames names_;
  std::shared_ptr<MaeNetwork> network_;
};

TEST_P(VitMae, MasksAndReconstructsAsTransformersDoes) {
  const Outputs outputs = forward();
  EXPECT_EQ(fixture_.at("masked").size(), static_cast<std::size_t>(kPictures));
  for (std::int64_t n = 0; n < kPictures; ++n) {
    const auto masked =
        fixture_.at("masked").at(static_cast<std::size_t>(n)).get<std::vector<float>>();
    EXPECT_TRUE(outputs.masked[n].equal(at::tensor(masked))) << n;
  }
  const std::int64_t values = outputs.reconstruction.size(2);
  const at::Tensor probes = test::formula_tensor("probe.weight", {4, values});
  const at::Tensor products = outputs.reconstruction.matmul(probes.t()).flatten(0, 1);  // [N L, 4]
  EXPECT_TRUE(near(products, test::published_outputs(fixture_), 1e-5));
}

TEST_P(VitMae, LearnsTheSame) {
  const TaskLosses losses = task_losses(forward(), Batch(), LossOptions(), {}, {});
  const double wanted = fixture_.at("loss");
  EXPECT_NEAR(losses.reconstruction.item<double>(), wanted, 1e-5 * wanted);
  losses.total.backward();
  const auto parameters = network_->named_parameters();
  std::size_t compared = 0;
  for (const TensorParts& tensor : names_.tensors) {
    if (!parameters[tensor.name].requires_grad()) continue;
    ASSERT_TRUE(parameters[tensor.name].grad().defined()) << tensor.name;
    expect_gradient(parameters[tensor.name].grad(), tensor);
    compared += tensor.parts.size();
  }
  EXPECT_EQ(compared, fixture_.at("gradients").size());
}

INSTANTIATE_TEST_SUITE_P(Losses, VitMae, testing::Values("pixels", "norm_pix"));

}  // namespace
}  // namespace mien
